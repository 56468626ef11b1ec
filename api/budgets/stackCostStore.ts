import type { Database, Tx } from "../db/database.ts";
import { jsonText } from "../db/jsonText.ts";
import type { Payer, PriceNotes, StackPrice } from "../state/index.ts";

export interface StackCost extends PriceNotes {
  readonly stackId: string;
  readonly team: string;
  readonly stackSet: string | undefined;
  /** Full name. */
  readonly stack: string;
  /** Micro-USD a month. */
  readonly monthly: number;
}

export const fullName = ({ team, project, name }: Payer): string => `${team}/${project}/${name}`;

export function costOf(payer: Payer, { monthly, unpriced, regionAssumed }: Omit<StackPrice, "byUrn">): StackCost {
  const { id: stackId, team, stackSet } = payer;
  return { stackId, team, stackSet, stack: fullName(payer), monthly, unpriced, regionAssumed };
}

/** Puts down what a stack costs from now on, where that has changed. */
export async function recordCost(tx: Tx, cost: StackCost, at: Date): Promise<void> {
  const { stackId } = cost;
  const query = tx
    .selectFrom("stackCosts")
    .select(["monthly", "unpriced", "regionAssumed"])
    .where("stackId", "=", stackId);
  const last = await query.orderBy("sequence", "desc").limit(1).executeTakeFirst();
  const [unpriced, regionAssumed] = [jsonText(cost.unpriced), jsonText(cost.regionAssumed)];
  const noted = last && jsonText(last.unpriced) === unpriced && jsonText(last.regionAssumed) === regionAssumed;
  if (noted && last.monthly === cost.monthly) return;
  if (last === undefined && cost.monthly === 0 && cost.unpriced.length === 0) return;
  await tx
    .insertInto("stackCosts")
    .values({ ...cost, stackSet: cost.stackSet ?? null, unpriced, regionAssumed, at })
    .execute();
}

/** What each stack of a team costs as it stands. */
export async function presentCosts(db: Database, team: string): Promise<readonly StackCost[]> {
  const rows = await db
    .selectFrom("stackCosts")
    .distinctOn("stackId")
    .selectAll()
    .where("team", "=", team)
    .orderBy("stackId")
    .orderBy("sequence", "desc")
    .execute();
  // The notes are written above, nowhere else.
  return rows.map(({ stackSet, unpriced, regionAssumed, ...row }) => ({
    ...row,
    stackSet: stackSet ?? undefined,
    unpriced: unpriced as StackCost["unpriced"],
    regionAssumed: regionAssumed as StackCost["regionAssumed"],
  }));
}
