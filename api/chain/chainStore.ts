import { sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import { beginning, type ChainedRecord, type ChainHead, hashOf } from "./chain.ts";

/** A record that was given its place. */
export interface PlacedRecord {
  readonly id: number;
  readonly position: number;
  readonly hash: Buffer;
}

/** What was committed and has no place yet; every member but the place and the hash. */
export interface UnchainedRecord {
  readonly id: number;
  readonly [member: string]: unknown;
}

/** A table whose records are chained, or two that hold records and their places apart. */
export interface ChainStore {
  /** How it is called in messages, as `the audit log`. */
  readonly name: string;
  /** Any number that no other advisory lock uses: one process at a time chains. */
  readonly lock: number;
  /** In the order of their ids. */
  unchained(tx: Tx, limit: number): Promise<readonly UnchainedRecord[]>;
  place(tx: Tx, placed: readonly PlacedRecord[]): Promise<void>;
  last(db: Database): Promise<{ readonly position: number; readonly hash: Buffer } | undefined>;
  hashAt(db: Database, position: number): Promise<Buffer | undefined>;
  /** The chain's records after a position, in order. */
  read(db: Database, after: number, limit: number): Promise<readonly ChainedRecord[]>;
  /** How many records have waited for their place for longer than a minute. */
  countLate(db: Database): Promise<number>;
}

/** As many records get their places in one transaction; some 40 ms of work. */
const BATCH = 1_000;

/**
 * Gives the records that were committed since the last time their places in the chain, in the order of their ids. Who
 * writes a record waits for nobody: this comes after, in one process at a time, whichever is first.
 *
 * @returns how many; 0 also while another process is at it
 */
export async function chainRecords(db: Database, store: ChainStore): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${store.lock}) as held`.execute(tx);
    if (rows[0]?.held !== true) return 0;
    const unchained = await store.unchained(tx, BATCH);
    if (unchained.length === 0) return 0;
    let { position, hash } = (await store.last(tx)) ?? { position: 0, hash: beginning };
    const placed = unchained.map((record) => {
      position += 1;
      hash = hashOf(hash, { ...record, position });
      return { id: record.id, position, hash };
    });
    await store.place(tx, placed);
    return unchained.length;
  });
}

/** The end of the chain; position 0 before the first record. */
export async function readHead(db: Database, store: ChainStore): Promise<ChainHead> {
  const { position, hash } = (await store.last(db)) ?? { position: 0, hash: beginning };
  return { position, hash: hash.toString("hex") };
}

/** The hash that a record of the chain has now, in hexadecimal; undefined when it is gone. */
export async function hashAt(db: Database, store: ChainStore, position: number): Promise<string | undefined> {
  return (await store.hashAt(db, position))?.toString("hex");
}
