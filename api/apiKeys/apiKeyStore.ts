import type { Selectable } from "kysely";
import { z } from "zod";
import type { Role, Scope } from "../base/caller.ts";
import { identityOfKey } from "../base/person.ts";
import type { Database, Tx } from "../db/database.ts";
import type { ApiKeyTable } from "../db/schema.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type ApiKeyView, apiKeyView } from "./apiKey.ts";

export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  /** A person by `personOf`, or an identity; without it the key is nobody's by name. */
  readonly person?: string | undefined;
  readonly role: Role;
  readonly team: string | undefined;
  readonly hash: Buffer;
  readonly createdBy: string;
  readonly expiresAt?: Date | undefined;
  readonly scope?: Scope | undefined;
  readonly identityProvider?: string | undefined;
}

export async function insertApiKey(db: Database, key: NewApiKey): Promise<ApiKeyView> {
  const row = await db
    .insertInto("apiKeys")
    .values({
      ...key,
      person: key.person ?? identityOfKey(key.id),
      team: key.team ?? null,
      lastUsedAt: null,
      revokedAt: null,
      expiresAt: key.expiresAt ?? null,
      scope: key.scope === undefined ? null : JSON.stringify(key.scope),
      identityProvider: key.identityProvider ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toView(row);
}

export async function findApiKey(db: Database, id: string, now: Date): Promise<ApiKeyView | undefined> {
  const row = await valid(db, now).where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toView(row);
}

export interface ApiKeyFilter {
  readonly team?: string | undefined;
  readonly identityProvider?: string | undefined;
}

/** Newest first; the ids of keys are ordered by their time of making, and so are those of tokens, which come before. */
export async function listApiKeys(
  db: Database,
  request: PageRequest & ApiKeyFilter,
  now: Date,
): Promise<Page<ApiKeyView>> {
  const before = positionOf(request, z.string());
  let query = valid(db, now)
    .orderBy("id", "desc")
    .limit(request.pageSize + 1);
  if (request.team !== undefined) query = query.where("team", "=", request.team);
  if (request.identityProvider !== undefined) query = query.where("identityProvider", "=", request.identityProvider);
  if (before !== undefined) query = query.where("id", "<", before);
  return toPage(await query.execute(), request, { key: (row) => row.id, item: toView });
}

/** The keys that were not revoked and have not expired. */
function valid(db: Database, now: Date) {
  return db
    .selectFrom("apiKeys")
    .selectAll()
    .where("revokedAt", "is", null)
    .where((row) => row.or([row("expiresAt", "is", null), row("expiresAt", ">", now)]));
}

/** The ids of the admins' keys that last, locked: two admins who revoke each other's key at once must not leave none. */
export async function lockAdminKeys(tx: Tx): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("apiKeys")
    .select("id")
    .where("role", "=", "admin")
    .where("revokedAt", "is", null)
    .where("expiresAt", "is", null)
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

/** Revokes the tokens that a trust gave. @returns how many */
export async function revokeTokensOf(tx: Tx, identityProvider: string, at: Date): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable("apiKeys")
    .set({ revokedAt: at })
    .where("identityProvider", "=", identityProvider)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

const TOKENS_KEPT_MS = 30 * 86_400_000;

/** Removes tokens that ended a month ago; the audit log keeps that there were any. */
export async function sweepTokens(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - TOKENS_KEPT_MS);
  await tx.deleteFrom("apiKeys").where("identityProvider", "is not", null).where("expiresAt", "<", before).execute();
}

function toView(row: Selectable<ApiKeyTable>): ApiKeyView {
  return apiKeyView.parse({
    id: row.id,
    name: row.name,
    person: row.person,
    role: row.role,
    team: row.team ?? undefined,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    lastUsedAt: row.lastUsedAt?.toISOString(),
    expiresAt: row.expiresAt?.toISOString(),
    scope: row.scope ?? undefined,
    identityProvider: row.identityProvider ?? undefined,
  });
}
