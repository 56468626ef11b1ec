import type { Selectable } from "kysely";
import { z } from "zod";
import type { roles } from "../base/caller.ts";
import type { Database, Tx } from "../db/database.ts";
import type { ApiKeyTable } from "../db/schema.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type ApiKeyView, apiKeyView } from "./apiKey.ts";

export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: (typeof roles)[number];
  readonly team: string | undefined;
  readonly hash: Buffer;
  readonly createdBy: string;
}

export async function insertApiKey(db: Database, { team, ...key }: NewApiKey): Promise<ApiKeyView> {
  const row = await db
    .insertInto("apiKeys")
    .values({ ...key, team: team ?? null, lastUsedAt: null, revokedAt: null })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toView(row);
}

export async function findApiKey(db: Database, id: string): Promise<ApiKeyView | undefined> {
  const row = await db
    .selectFrom("apiKeys")
    .selectAll()
    .where("id", "=", id)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return row === undefined ? undefined : toView(row);
}

/** Newest first: the ids are ordered by their time of making. */
export async function listApiKeys(
  db: Database,
  request: PageRequest & { readonly team?: string | undefined },
): Promise<Page<ApiKeyView>> {
  const before = positionOf(request, z.string());
  let query = db
    .selectFrom("apiKeys")
    .selectAll()
    .where("revokedAt", "is", null)
    .orderBy("id", "desc")
    .limit(request.pageSize + 1);
  if (request.team !== undefined) query = query.where("team", "=", request.team);
  if (before !== undefined) query = query.where("id", "<", before);
  return toPage(await query.execute(), request, { key: (row) => row.id, item: toView });
}

/** The ids of the admins' keys, locked: two admins who revoke each other's key at once must not leave none. */
export async function lockAdminKeys(tx: Tx): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("apiKeys")
    .select("id")
    .where("role", "=", "admin")
    .where("revokedAt", "is", null)
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

export async function revokeApiKey(tx: Tx, id: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("apiKeys")
    .set({ revokedAt: at })
    .where("id", "=", id)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function toView(row: Selectable<ApiKeyTable>): ApiKeyView {
  return apiKeyView.parse({
    id: row.id,
    name: row.name,
    role: row.role,
    team: row.team ?? undefined,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    lastUsedAt: row.lastUsedAt?.toISOString(),
  });
}
