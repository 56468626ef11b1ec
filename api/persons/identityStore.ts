import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import type { IdentityTable } from "../db/schema.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type CreateIdentity, type Identity, identityView } from "./identity.ts";

export interface IdentityFilter {
  readonly person?: string | undefined;
}

/** By identity. */
export async function listIdentities(db: Database, request: PageRequest & IdentityFilter): Promise<Page<Identity>> {
  const after = positionOf(request, z.string());
  let query = db
    .selectFrom("identities")
    .selectAll()
    .orderBy("identity")
    .limit(request.pageSize + 1);
  if (request.person !== undefined) query = query.where("person", "=", request.person);
  if (after !== undefined) query = query.where("identity", ">", after);
  return toPage(await query.execute(), request, { key: ({ identity }) => identity, item: toView });
}

export async function findIdentity(db: Database, identity: string): Promise<Identity | undefined> {
  const row = await db.selectFrom("identities").selectAll().where("identity", "=", identity).executeTakeFirst();
  return row && toView(row);
}

/** Until the transaction ends nobody else adds one, so that what was read of them holds. */
export async function lockIdentities(tx: Tx): Promise<void> {
  await sql`lock table identities in share row exclusive mode`.execute(tx);
}

/** An identity that is known as this person. */
export async function findIdentityOf(db: Database, person: string): Promise<Identity | undefined> {
  const row = await db.selectFrom("identities").selectAll().where("person", "=", person).executeTakeFirst();
  return row && toView(row);
}

export interface NewIdentity extends CreateIdentity {
  readonly createdBy: string;
  readonly createdAt: Date;
}

export async function insertIdentity(tx: Tx, identity: NewIdentity): Promise<Identity> {
  return toView(await tx.insertInto("identities").values(identity).returningAll().executeTakeFirstOrThrow());
}

export async function deleteIdentity(tx: Tx, identity: string): Promise<Identity | undefined> {
  const row = await tx.deleteFrom("identities").where("identity", "=", identity).returningAll().executeTakeFirst();
  return row && toView(row);
}

const toView = ({ createdAt, ...row }: Selectable<IdentityTable>): Identity =>
  identityView.parse({ ...row, createdAt: createdAt.toISOString() });
