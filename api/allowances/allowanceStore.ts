import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { addressOf, idOf } from "../stacks/stack.ts";
import { type AllowanceView, allowanceView } from "./allowance.ts";

export interface NewAllowance {
  readonly id: string;
  readonly team: string;
  readonly stackId: string;
  readonly reason: string;
  readonly givenBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function insertAllowance(tx: Tx, allowance: NewAllowance): Promise<void> {
  await tx.insertInto("allowances").values(allowance).execute();
}

/** @param id as in `/v1/stacks` @returns the key of the stack's row */
export async function findStackKey(db: Database, team: string, id: string): Promise<string | undefined> {
  const { project, name } = addressOf(id);
  const query = db.selectFrom("stacks").select("id").where("team", "=", team).where("project", "=", project);
  return (await query.where("name", "=", name).executeTakeFirst())?.id;
}

const withStacks = (db: Database) =>
  db
    .selectFrom("allowances")
    .innerJoin("stacks", "stacks.id", "allowances.stackId")
    .select(["allowances.id as id", "allowances.team as team", "project", "name", "reason", "givenBy"])
    .select(["allowances.createdAt as createdAt", "expiresAt"]);

type Row = Awaited<ReturnType<ReturnType<typeof withStacks>["execute"]>>[number];

export async function findAllowance(db: Database, id: string): Promise<AllowanceView | undefined> {
  const row = await withStacks(db).where("allowances.id", "=", id).executeTakeFirst();
  return row && toView(row);
}

/** Those in force, newest first: the ids are ordered by their time of making. */
export async function listAllowances(
  db: Database,
  request: PageRequest & { readonly team: string; readonly now: Date },
): Promise<Page<AllowanceView>> {
  const before = positionOf(request, z.string());
  const rows = await withStacks(db)
    .where("allowances.team", "=", request.team)
    .where("expiresAt", ">", request.now)
    .$if(before !== undefined, (query) => query.where("allowances.id", "<", before ?? ""))
    .orderBy("allowances.id", "desc")
    .limit(request.pageSize + 1)
    .execute();
  return toPage(rows, request, { key: ({ id }) => id, item: toView });
}

/** @returns false when it was not there. */
export async function deleteAllowance(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom("allowances").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The allowance of a stack that is in force the longest. */
export async function allowanceInForce(db: Database, stackId: string, now: Date) {
  const query = db.selectFrom("allowances").select(["givenBy", "reason"]).where("stackId", "=", stackId);
  return query.where("expiresAt", ">", now).orderBy("expiresAt", "desc").limit(1).executeTakeFirst();
}

const toView = ({ project, name, createdAt, expiresAt, ...rest }: Row): AllowanceView =>
  allowanceView.parse({
    ...rest,
    stack: idOf({ project, name }),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  });
