import { sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import { MASTER_KEYS_CHANNEL } from "./masterKey.ts";

export interface MasterKeyRecord {
  readonly version: number;
  readonly root: string;
  /** Undefined once the version is retired. */
  readonly wrapped: Buffer | undefined;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly activeAt: Date;
  /** Milliseconds until it is active, by the database's clock; negative afterwards. */
  readonly activeIn: number;
  readonly retiredAt: Date | undefined;
  readonly retiredBy: string | undefined;
}

/** In the order of their versions; version 0 is the key of fingerprints. */
export async function listMasterKeys(db: Database | Tx): Promise<readonly MasterKeyRecord[]> {
  const rows = await db
    .selectFrom("masterKeys")
    .selectAll()
    .select(sql<number>`(extract(epoch from active_at - now()) * 1000)::float8`.as("activeIn"))
    .orderBy("version")
    .execute();
  return rows.map((row) => ({
    ...row,
    wrapped: row.wrapped ?? undefined,
    retiredAt: row.retiredAt ?? undefined,
    retiredBy: row.retiredBy ?? undefined,
  }));
}

export interface NewMasterKey {
  readonly version: number;
  readonly root: string;
  readonly wrapped: Buffer;
  readonly createdBy: string;
  /** Milliseconds from now. */
  readonly activeIn: number;
}

export async function insertMasterKey(tx: Tx, { activeIn, ...key }: NewMasterKey): Promise<void> {
  const activeAt = sql<Date>`now() + make_interval(secs => ${activeIn / 1000})`;
  await tx
    .insertInto("masterKeys")
    .values({ ...key, activeAt, retiredAt: null, retiredBy: null })
    .execute();
}

export async function rewrapMasterKey(tx: Tx, key: Pick<NewMasterKey, "version" | "root" | "wrapped">): Promise<void> {
  const { version, ...set } = key;
  await tx.updateTable("masterKeys").set(set).where("version", "=", version).execute();
}

/** Destroys the key of a version. Nobody reads again what is under it. */
export async function retireMasterKey(tx: Tx, version: number, retiredBy: string): Promise<void> {
  await tx
    .updateTable("masterKeys")
    .set({ wrapped: null, retiredAt: sql<Date>`now()`, retiredBy })
    .where("version", "=", version)
    .execute();
}

/** One start or rotation or retirement at a time, over all processes. */
export async function lockMasterKeys(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(74206, -1)`.execute(tx);
}

/**
 * Waits for every transaction that has sealed something under the version, and shuts out those to come: each takes the same
 * lock, shared, in the trigger `note_key_version`.
 */
export async function lockSealedUnder(tx: Tx, version: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(74206, ${version}::int)`.execute(tx);
}

/** Tells every process to look at the table, once the transaction is committed. */
export async function announceMasterKeys(tx: Tx): Promise<void> {
  await sql`select pg_notify(${MASTER_KEYS_CHANNEL}, '')`.execute(tx);
}

/** Stacks whose latest update came with a configuration that has a secret under this version or an older one. */
export async function stacksWithConfigurationUnder(db: Database | Tx, version: number): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select s.team || '/' || s.project || '/' || s.name as name
    from stacks s join lateral (
      select sent_key_version from updates u where u.stack_id = s.id and u.kind <> 'import' order by created_at desc limit 1
    ) latest on latest.sent_key_version <= ${version}
    order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Updates that run now and began before a moment: their engines hold what they read at their start. */
export async function countRunningSince(db: Database | Tx, before: Date): Promise<number> {
  const { running } = await db
    .selectFrom("updates")
    .select((eb) => eb.fn.countAll<number>().as("running"))
    .where("status", "=", "running")
    .where("startedAt", "<", before)
    .executeTakeFirstOrThrow();
  return running;
}
