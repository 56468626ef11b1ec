import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import { beginning, type ChainedContent, type ChainedRecord, type ChainHead, hashOf } from "./auditChain.ts";

/** Any number that no other advisory lock uses: one process at a time chains. */
const LOCK = 7_420_345;
/** As many records get their places in one transaction; some 40 ms of work. */
const BATCH = 1_000;

/** The columns of which the hash is made. Time keeps its microseconds, which a JavaScript date would cut. */
const content = sql`id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  team, actor, actor_name, action, subject, outcome, request_id, details`;

/**
 * Gives the records that were committed since the last time their places in the chain, in the order of their ids. Who
 * writes a record waits for nobody: this comes after, in one process at a time, whichever is first.
 *
 * @returns how many; 0 also while another process is at it
 */
export async function chainRecords(db: Database): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as held`.execute(tx);
    if (rows[0]?.held !== true) return 0;
    const unchained = await read<Omit<ChainedContent, "position">>(
      tx,
      sql`where position is null order by id limit ${BATCH}`,
    );
    if (unchained.length === 0) return 0;
    await place(tx, unchained);
    return unchained.length;
  });
}

async function place(tx: Tx, unchained: readonly Omit<ChainedContent, "position">[]): Promise<void> {
  let last = await lastRecord(tx);
  const placed = unchained.map((record) => {
    const position = last.position + 1;
    last = { position, hash: hashOf(last.hash, { ...record, position }) };
    return { id: record.id, ...last };
  });
  await sql`
    update audit_log set position = placed.position, hash = placed.hash
      from unnest(${placed.map(({ id }) => id)}::bigint[], ${placed.map(({ position }) => position)}::bigint[],
                  ${placed.map(({ hash }) => hash)}::bytea[]) as placed (id, position, hash)
     where audit_log.id = placed.id`.execute(tx);
}

async function lastRecord(db: Database): Promise<{ readonly position: number; readonly hash: Buffer }> {
  const row = await db
    .selectFrom("auditLog")
    .select(["position", "hash"])
    .where("position", "is not", null)
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return { position: row?.position ?? 0, hash: row?.hash ?? beginning };
}

/** The end of the chain; position 0 before the first record. */
export async function readHead(db: Database): Promise<ChainHead> {
  const { position, hash } = await lastRecord(db);
  return { position, hash: hash.toString("hex") };
}

/** The hash that a record of the chain has now, in hexadecimal; undefined when it is gone. */
export async function hashAt(db: Database, position: number): Promise<string | undefined> {
  const row = await db.selectFrom("auditLog").select("hash").where("position", "=", position).executeTakeFirst();
  return row?.hash?.toString("hex");
}

/** The chain's records after a position, in order. */
export async function readChain(db: Database, after: number, limit: number): Promise<readonly ChainedRecord[]> {
  return read<ChainedRecord>(db, sql`where position > ${after} order by position limit ${limit}`);
}

/** How many records wait for their place longer than a minute. */
export async function countLateRecords(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from audit_log where position is null and at < now() - interval '1 minute'`.execute(db);
  return rows[0]?.count ?? 0;
}

async function read<Row>(db: Database, which: RawBuilder<unknown>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`select ${content}, position, hash from audit_log ${which}`.execute(db);
  return rows;
}
