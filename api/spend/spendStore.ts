import { sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import type { KnownStack } from "./attribution.ts";
import type { CostSince } from "./estimatedMonth.ts";

/** Imports take turns, so that two of the same export count it once. */
export async function lockImports(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('spend imports', 0))`.execute(tx);
}

/** Stacks that are, and those that were as long as what they cost is known. */
export async function knownStacks(db: Database): Promise<readonly KnownStack[]> {
  const { rows } = await sql<{
    id: string;
    team: string;
    stackSet: string | null;
    stack: string;
    region: string | null;
  }>`
    select id, team, tags ->> 'meridian:stack-set' as stack_set, team || '/' || project || '/' || name as stack, region
    from stacks
    union all
    select * from (
      select distinct on (stack_id) stack_id, team, stack_set, stack, substring(stack from '[^.]+$')
      from stack_costs order by stack_id, sequence desc) gone
    where not exists (select from stacks where stacks.id = gone.stack_id)`.execute(db);
  return rows.map(({ stackSet, region, ...stack }) => ({
    ...stack,
    stackSet: stackSet ?? undefined,
    region: region ?? undefined,
  }));
}

export interface StoredExport {
  readonly id: string;
  readonly digest: string;
  readonly period: string;
  readonly account: string;
  readonly importedAt: Date;
}

/** What counts for these periods and accounts. */
export async function presentExports(tx: Tx, period: string, account: string): Promise<readonly StoredExport[]> {
  return tx
    .selectFrom("spendExports")
    .select(["id", "digest", "period", "account", "importedAt"])
    .where("period", "=", period)
    .where("account", "=", account)
    .where("replacedAt", "is", null)
    .execute();
}

export async function replaceExports(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("spendExports")
    .set({ replacedAt: at })
    .where("id", "in", [...ids])
    .execute();
}

export interface SpendLine {
  readonly exportId: string;
  readonly month: string;
  readonly stackId: string | null;
  readonly team: string | null;
  readonly stackSet: string | null;
  readonly stack: string | null;
  readonly attributedBy: string;
  readonly service: string;
  readonly region: string;
  readonly resource: string;
  readonly billed: number;
  readonly effective: number;
  readonly rows: number;
}

const LINES_AT_ONCE = 1_000;

export async function insertLines(tx: Tx, lines: readonly SpendLine[]): Promise<void> {
  for (let begin = 0; begin < lines.length; begin += LINES_AT_ONCE)
    await tx
      .insertInto("spendLines")
      .values(lines.slice(begin, begin + LINES_AT_ONCE))
      .execute();
}

interface Scope {
  readonly month: string;
  readonly team: string;
  readonly stackSet: string | undefined;
}

/** What counts of a month, by stack; a stack of null is a stack set's as a whole. */
export async function spentByStack(db: Database, { month, team, stackSet }: Scope) {
  return db
    .selectFrom("spendLines")
    .innerJoin("spendExports", "spendExports.id", "spendLines.exportId")
    .select(["stackId", "stack", "stackSet"])
    .select(({ fn }) => [fn.sum<string>("billed").as("billed"), fn.sum<string>("effective").as("effective")])
    .where("replacedAt", "is", null)
    .where("month", "=", month)
    .where("team", "=", team)
    .$if(stackSet !== undefined, (query) => query.where("stackSet", "=", stackSet ?? ""))
    .groupBy(["stackId", "stack", "stackSet"])
    .orderBy("stack")
    .execute();
}

const MOST_UNATTRIBUTED = 100;

/** What of a month is nobody's, by service and resource, the dearest first. */
export async function unattributed(db: Database, month: string) {
  return db
    .selectFrom("spendLines")
    .innerJoin("spendExports", "spendExports.id", "spendLines.exportId")
    .select(["service", "region", "resource"])
    .select(({ fn }) => [fn.sum<string>("billed").as("billed"), fn.sum<string>("effective").as("effective")])
    .select(sql<string>`sum(sum(billed)) over ()`.as("allBilled"))
    .select(sql<string>`sum(sum(effective)) over ()`.as("allEffective"))
    .where("replacedAt", "is", null)
    .where("month", "=", month)
    .where("attributedBy", "=", "nothing")
    .groupBy(["service", "region", "resource"])
    .orderBy(sql`abs(sum(billed))`, "desc")
    .limit(MOST_UNATTRIBUTED)
    .execute();
}

/** What the stacks of a team have cost since when, each in the order of time. */
export async function costHistory(db: Database, { team, stackSet }: Omit<Scope, "month">, until: Date) {
  const rows = await db
    .selectFrom("stackCosts")
    .select(["stackId", "stack", "stackSet", "at", "monthly"])
    .where("team", "=", team)
    .$if(stackSet !== undefined, (query) => query.where("stackSet", "=", stackSet ?? ""))
    .where("at", "<", until)
    .orderBy("sequence")
    .execute();
  const byStack = new Map<string, { stack: string; stackSet: string | null; costs: CostSince[] }>();
  for (const { stackId, stack, stackSet: set, ...cost } of rows) {
    const known = byStack.get(stackId) ?? { stack, stackSet: set, costs: [] };
    known.costs.push(cost);
    byStack.set(stackId, { ...known, stack });
  }
  return byStack;
}
