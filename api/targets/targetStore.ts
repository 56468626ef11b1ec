import type { Selectable } from "kysely";
import { z } from "zod";
import type { TargetTable } from "../db/buildSchema.ts";
import type { Database, Tx } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type Target, targetView } from "./target.ts";

export type NewTarget = Omit<Target, "generation" | "createdAt" | "updatedAt">;
export type TargetEdit = Pick<Target, "regions" | "doors" | "credentials" | "requiredPolicies">;

/** @returns undefined when a target of the name exists. */
export async function insertTarget(db: Database, target: NewTarget): Promise<Target | undefined> {
  const row = await db
    .insertInto("targets")
    .values({ ...target, credentials: JSON.stringify(target.credentials) })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : toTarget(row);
}

export async function findTarget(db: Database, name: string): Promise<Target | undefined> {
  const row = await db.selectFrom("targets").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? undefined : toTarget(row);
}

/** Locked until the transaction ends, against changes and against new stack sets that would use it. */
export async function lockTarget(tx: Tx, name: string): Promise<Target | undefined> {
  const row = await tx.selectFrom("targets").selectAll().where("name", "=", name).forUpdate().executeTakeFirst();
  return row === undefined ? undefined : toTarget(row);
}

/** Held as it is until the transaction ends; others may hold it too. */
export async function holdTarget(tx: Tx, name: string): Promise<Target | undefined> {
  const row = await tx.selectFrom("targets").selectAll().where("name", "=", name).forShare().executeTakeFirst();
  return row === undefined ? undefined : toTarget(row);
}

export async function listTargets(
  db: Database,
  request: PageRequest & { readonly clouds: readonly string[] },
): Promise<Page<Target>> {
  const after = positionOf(request, z.string());
  let query = db
    .selectFrom("targets")
    .selectAll()
    .where("cloud", "in", request.clouds)
    .orderBy("name")
    .limit(request.pageSize + 1);
  if (after !== undefined) query = query.where("name", ">", after);
  return toPage(await query.execute(), request, { key: (row) => row.name, item: toTarget });
}

export async function updateTarget(tx: Tx, name: string, edit: TargetEdit & { readonly at: Date }): Promise<Target> {
  const row = await tx
    .updateTable("targets")
    .set(({ eb }) => ({
      regions: [...edit.regions],
      doors: [...edit.doors],
      credentials: JSON.stringify(edit.credentials),
      requiredPolicies: edit.requiredPolicies,
      generation: eb("generation", "+", 1),
      updatedAt: edit.at,
    }))
    .where("name", "=", name)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toTarget(row);
}

export async function deleteTarget(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom("targets").where("name", "=", name).execute();
}

/** The stack sets that are, or were, on the target; those of the past keep it on record. */
export async function usersOfTarget(
  db: Database,
  name: string,
): Promise<readonly { readonly regions: readonly string[]; readonly gone: boolean }[]> {
  const rows = await db.selectFrom("stackSets").select(["regions", "deletedAt"]).where("target", "=", name).execute();
  return rows.map(({ regions, deletedAt }) => ({ regions, gone: deletedAt !== null }));
}

function toTarget(row: Selectable<TargetTable>): Target {
  const { createdAt, updatedAt, ...rest } = row;
  return targetView.parse({ ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() });
}
