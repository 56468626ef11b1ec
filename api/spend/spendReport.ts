import { moneyOf } from "../budgets/money.ts";
import type { Database } from "../db/database.ts";
import { boundsOf, estimatedMonth } from "./estimatedMonth.ts";
import type { SpendView } from "./spend.ts";
import { costHistory, spentByStack, unattributed } from "./spendStore.ts";

interface Asked {
  readonly month: string;
  readonly team: string;
  readonly stackSet: string | undefined;
  readonly now: Date;
  /** Whether what is nobody's is shown. */
  readonly all: boolean;
}

interface Row {
  readonly stack?: string;
  readonly stackSet?: string;
  readonly billed: number;
  readonly effective: number;
  readonly estimate: number;
}

/** What a team's stacks really cost in a month, beside what they were estimated to. */
export async function spendReport(db: Database, { month, team, stackSet, now, all }: Asked): Promise<SpendView> {
  const scope = { month, team, stackSet };
  const spent = await spentByStack(db, scope);
  const history = await costHistory(db, scope, boundsOf(month).to);
  const estimateOf = (stackId: string | null): number => {
    const costs = stackId === null ? undefined : history.get(stackId)?.costs;
    return costs === undefined ? 0 : estimatedMonth(costs, month, now);
  };
  const rows: Row[] = spent.map((row) => ({
    ...named(row.stack, row.stackSet),
    billed: Number(row.billed),
    effective: Number(row.effective),
    estimate: estimateOf(row.stackId),
  }));
  for (const [id, { stack, stackSet: set }] of history) {
    const estimate = estimateOf(id);
    if (estimate === 0 || spent.some(({ stackId }) => stackId === id)) continue;
    rows.push({ ...named(stack, set), billed: 0, effective: 0, estimate });
  }
  const total = (which: "billed" | "effective" | "estimate") => rows.reduce((sum, row) => sum + row[which], 0);
  return {
    month,
    team,
    ...(stackSet !== undefined && { stackSet }),
    ...compared({ billed: total("billed"), effective: total("effective"), estimate: total("estimate") }),
    stacks: rows.map(({ stack, stackSet: set, ...amounts }) => ({
      ...(stack !== undefined && { stack }),
      ...(set !== undefined && { stackSet: set }),
      ...compared(amounts),
    })),
    ...(all && { unattributed: await nobodys(db, month) }),
  };
}

const named = (stack: string | null, stackSet: string | null) => ({
  ...(stack !== null && { stack }),
  ...(stackSet !== null && { stackSet }),
});

function compared({ billed, effective, estimate }: Pick<Row, "billed" | "effective" | "estimate">) {
  const difference = effective - estimate;
  const amounts = { billed: moneyOf(billed), effective: moneyOf(effective), estimate: moneyOf(estimate) };
  const percent = estimate === 0 ? {} : { differencePercent: Math.round((difference / estimate) * 1_000) / 10 };
  return { ...amounts, difference: moneyOf(difference), ...percent };
}

async function nobodys(db: Database, month: string): Promise<NonNullable<SpendView["unattributed"]>> {
  const rows = await unattributed(db, month);
  return {
    billed: moneyOf(Number(rows[0]?.allBilled ?? 0)),
    effective: moneyOf(Number(rows[0]?.allEffective ?? 0)),
    items: rows.map(({ service, region, resource, billed, effective }) => ({
      service,
      region,
      resource,
      billed: moneyOf(Number(billed)),
      effective: moneyOf(Number(effective)),
    })),
  };
}
