import { sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import { jsonText } from "../db/jsonText.ts";
import type { PriceNotes } from "../state/index.ts";
import { type Entries, isNothing, noShare, type Share } from "./books.ts";
import type { TransactionKind } from "./budget.ts";

/** Whose share of a budget a transaction changes. */
export interface ShareHolder {
  readonly id: string;
  /** Full name. */
  readonly stack: string;
}

export interface Booking {
  readonly budgetId: string;
  readonly kind: TransactionKind;
  readonly entries: Entries;
  /** Undefined for what concerns no stack. */
  readonly holder: ShareHolder | undefined;
  readonly updateId: string | undefined;
  readonly at: Date;
}

/**
 * Books a transaction, and brings the balances beside the books along, in one statement: a step that asks for money waits for it. Under the
 * lock of the budget's row; nothing for no entries.
 */
export async function book(tx: Tx, { budgetId, kind, entries, holder, updateId, at }: Booking): Promise<void> {
  if (isNothing(entries)) return;
  const { allotted = 0, free = 0, reserved = 0, committed = 0 } = entries;
  await sql`
    with made as (
      insert into budget_transactions (budget_id, kind, stack_id, stack, update_id, at)
      values (${budgetId}, ${kind}, ${holder?.id ?? null}, ${holder?.stack ?? null}, ${updateId ?? null}, ${at})
      returning id),
    balanced as (
      update budgets set amount = amount - ${allotted}::bigint, free = free + ${free}::bigint,
             reserved = reserved + ${reserved}::bigint, committed = committed + ${committed}::bigint
      where id = ${budgetId}),
    shared as (
      insert into budget_shares (budget_id, stack_id, stack, reserved, committed)
      select ${budgetId}, holder.id, holder.name, coalesce(had.reserved, 0) + ${reserved}::bigint, coalesce(had.committed, 0) + ${committed}::bigint
      from (values (${holder?.id ?? null}::uuid, ${holder?.stack ?? null}::text)) as holder (id, name)
      left join budget_shares had on had.budget_id = ${budgetId} and had.stack_id = holder.id
      where holder.id is not null
      on conflict (budget_id, stack_id) do update
        set stack = excluded.stack, reserved = excluded.reserved, committed = excluded.committed)
    insert into budget_entries (transaction_id, account, amount)
    select made.id, e.account, e.amount
    from made, unnest(${Object.keys(entries)}::text[], ${Object.values(entries)}::bigint[]) as e(account, amount)`.execute(
    tx,
  );
}

/** What a stack has of each of these budgets. */
export async function sharesOf(
  tx: Tx,
  budgetIds: readonly string[],
  stackId: string,
): Promise<ReadonlyMap<string, Share>> {
  if (budgetIds.length === 0) return new Map();
  const query = tx.selectFrom("budgetShares").select(["budgetId", "reserved", "committed"]);
  const rows = await query
    .where("stackId", "=", stackId)
    .where("budgetId", "in", [...budgetIds])
    .execute();
  return new Map(budgetIds.map((id) => [id, rows.find(({ budgetId }) => budgetId === id) ?? noShare]));
}

/** For what a stack's reservations are held: a preview that was seen, or the update that runs. */
export interface Hold extends PriceNotes {
  readonly updateId: string;
  readonly kind: "preview" | "update";
  readonly covered: Readonly<Record<string, number>>;
  /** Undefined while an update has it. */
  readonly expiresAt: Date | undefined;
}

export async function findHold(db: Database, stackId: string): Promise<Hold | undefined> {
  const row = await db.selectFrom("budgetHolds").selectAll().where("stackId", "=", stackId).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    updateId: row.updateId,
    kind: row.kind as Hold["kind"], // within the check of the column
    // These are written below, nowhere else.
    covered: row.covered as Hold["covered"],
    unpriced: row.unpriced as Hold["unpriced"],
    regionAssumed: row.regionAssumed as Hold["regionAssumed"],
    expiresAt: row.expiresAt ?? undefined,
  };
}

export async function keepHold(tx: Tx, stack: { readonly id: string; readonly team: string }, hold: Hold) {
  const notes = { unpriced: jsonText(hold.unpriced), regionAssumed: jsonText(hold.regionAssumed) };
  const row = { ...hold, ...notes, covered: jsonText(hold.covered), expiresAt: hold.expiresAt ?? null };
  await tx
    .insertInto("budgetHolds")
    .values({ stackId: stack.id, team: stack.team, ...row })
    .onConflict((conflict) => conflict.column("stackId").doUpdateSet(row))
    .execute();
}

export async function dropHold(tx: Tx, stackId: string): Promise<void> {
  await tx.deleteFrom("budgetHolds").where("stackId", "=", stackId).execute();
}

export interface OverdueHold {
  readonly stackId: string;
  readonly updateId: string;
}

/** Previews whose update never came, the longest overdue first. @param team all teams' without it */
export async function overdueHolds(
  db: Database,
  { now, team, limit }: { readonly now: Date; readonly team?: string; readonly limit: number },
): Promise<readonly (OverdueHold & { readonly team: string })[]> {
  return db
    .selectFrom("budgetHolds")
    .select(["stackId", "team", "updateId"])
    .where("expiresAt", "<=", now)
    .$if(team !== undefined, (query) => query.where("team", "=", team ?? ""))
    .orderBy("expiresAt")
    .limit(limit)
    .execute();
}

/** Stacks whose reservations an update has had, although nothing has been heard of it since. */
export async function silentHolders(db: Database, now: Date): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("budgetHolds")
    .innerJoin("updates", (join) =>
      join.onRef("updates.id", "=", "budgetHolds.updateId").on("updates.status", "=", "running"),
    )
    .select("budgetHolds.stackId as stackId")
    .where("budgetHolds.kind", "=", "update")
    .where("leaseExpiresAt", "<=", now)
    .execute();
  return rows.map(({ stackId }) => stackId);
}
