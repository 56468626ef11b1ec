import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { BudgetTable } from "../db/budgetSchema.ts";
import type { Database, Tx } from "../db/database.ts";
import type { PageRequest } from "../http/paging.ts";
import type { BudgetRecord } from "./budget.ts";

/** What all who book for a team's stacks hold together, and who makes a budget for it alone: a budget begins with what stands. */
const guard = (team: string) => sql`hashtextextended(${`budgets of ${team}`}, 0)`;

/** Waits for whoever books for the team's stacks, and keeps others from it until the transaction ends. */
export async function closeBooks(tx: Tx, team: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${guard(team)})`.execute(tx);
}

/** Locks a team's budgets, in one order for everybody: who has them decides alone what fits. */
export async function lockBudgets(tx: Tx, team: string): Promise<readonly BudgetRecord[]> {
  await sql`select pg_advisory_xact_lock_shared(${guard(team)})`.execute(tx);
  const query = tx.selectFrom("budgets").selectAll().where("team", "=", team).where("removedAt", "is", null);
  return (await query.orderBy("id").forUpdate().execute()).map(toRecord);
}

/** Which stack sets of a team have a budget; undefined among them stands for the team as a whole. */
export async function budgetedScopes(db: Database, team: string): Promise<readonly (string | undefined)[]> {
  const query = db.selectFrom("budgets").select("stackSet").where("team", "=", team).where("removedAt", "is", null);
  return (await query.execute()).map(({ stackSet }) => stackSet ?? undefined);
}

export type NewBudget = Pick<BudgetRecord, "id" | "team" | "stackSet" | "createdBy" | "createdAt">;

/** An empty one: what it has is booked. @returns false when one stands for the same. */
export async function insertBudget(tx: Tx, budget: NewBudget): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("budgets")
    .values({ ...budget, stackSet: budget.stackSet ?? null, amount: 0, updatedAt: budget.createdAt, removedAt: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function findBudget(db: Database, id: string): Promise<BudgetRecord | undefined> {
  const query = db.selectFrom("budgets").selectAll().where("id", "=", id).where("removedAt", "is", null);
  const row = await query.executeTakeFirst();
  return row && toRecord(row);
}

/** Newest first, one more than a page. @param team all teams' without it */
export async function listBudgets(
  db: Database,
  { team, before, pageSize }: PageRequest & { readonly team: string | undefined; readonly before: string | undefined },
): Promise<readonly BudgetRecord[]> {
  const rows = await db
    .selectFrom("budgets")
    .selectAll()
    .where("removedAt", "is", null)
    .$if(team !== undefined, (query) => query.where("team", "=", team ?? ""))
    .$if(before !== undefined, (query) => query.where("id", "<", before ?? ""))
    .orderBy("id", "desc")
    .limit(pageSize + 1)
    .execute();
  return rows.map(toRecord);
}

export async function touchBudget(tx: Tx, id: string, change: { readonly at: Date; readonly removed?: boolean }) {
  await tx
    .updateTable("budgets")
    .set((eb) => ({
      generation: eb("generation", "+", 1),
      updatedAt: change.at,
      ...(change.removed === true && { removedAt: change.at }),
    }))
    .where("id", "=", id)
    .execute();
}

function toRecord({ stackSet, removedAt: _, ...row }: Selectable<BudgetTable>): BudgetRecord {
  return { ...row, stackSet: stackSet ?? undefined };
}
