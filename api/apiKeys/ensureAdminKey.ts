import { sql } from "kysely";
import { newId } from "../base/ids.ts";
import type { Database } from "../db/database.ts";
import { hashKey, newKey } from "./apiKey.ts";
import { insertApiKey } from "./apiKeyStore.ts";

/** Any number that no other advisory lock uses: several processes may start at once and must not make a key each. */
const LOCK = 7_420_319;

/**
 * Sees to it that there is an admin's key. A given one (the setting `MERIDIAN_ADMIN_KEY`) is made valid, unless it was
 * revoked before; without one a key is made when no admin has any.
 *
 * @returns the new key, to be shown once; undefined when none had to be made, or it was given.
 */
export async function ensureAdminKey(
  db: Database,
  options: { readonly given?: string | undefined } = {},
): Promise<string | undefined> {
  const { given } = options;
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    const keys = tx.selectFrom("apiKeys").select("id");
    if (given !== undefined) {
      const known = await keys.where("hash", "=", hashKey(given)).executeTakeFirst();
      if (known === undefined) await insertAdmin(tx, given, "setting MERIDIAN_ADMIN_KEY");
      return undefined;
    }
    const lasting = keys.where("role", "=", "admin").where("revokedAt", "is", null).where("expiresAt", "is", null);
    const admin = await lasting.executeTakeFirst();
    if (admin !== undefined) return undefined;
    const key = newKey();
    await insertAdmin(tx, key, "first start");
    return key;
  });
}

async function insertAdmin(db: Database, key: string, createdBy: string): Promise<void> {
  await insertApiKey(db, {
    id: newId("key"),
    name: "admin",
    role: "admin",
    team: undefined,
    hash: hashKey(key),
    createdBy,
  });
}
