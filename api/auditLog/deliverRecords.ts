import { sql } from "kysely";
import { hashAt } from "../chain/chainStore.ts";
import type { Database, Tx } from "../db/database.ts";
import { auditChainStore } from "./auditChainStore.ts";
import { type LineSink, lineOf } from "./auditSink.ts";

const BATCH = 500;

/**
 * Hands the records that a sink has not had to it, in the order of the chain, one batch. How far it has come is in the
 * database, in the transaction that hands over: when the sink fails, or the process dies, the records are there and come
 * again. Nothing waits in memory. One process at a time serves a sink of the same name.
 *
 * @returns how many; 0 also while another process is at it. Throws what the sink throws.
 */
export async function deliverRecords(db: Database, sink: LineSink): Promise<number> {
  await db
    .insertInto("auditSinks")
    .values({ name: sink.name, position: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom("auditSinks")
      .select("position")
      .where("name", "=", sink.name)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (row === undefined || (await auditChainStore.read(tx, row.position, 1)).length === 0) return 0;
    const records = await auditChainStore.read(tx, await doneBy(tx, sink, row.position), BATCH);
    const last = records.at(-1);
    if (last === undefined) return 0;
    await sink.append(records.map(lineOf).join(""));
    await sql`update audit_sinks set position = ${last.position} where name = ${sink.name}`.execute(tx);
    return records.length;
  });
}

/**
 * A file that is further than the database remembers was written by a process that died before it could say so. It is
 * believed only where it tells of this very chain: after a restore the database may have gone back behind it.
 */
async function doneBy(tx: Tx, sink: LineSink, remembered: number): Promise<number> {
  const last = await sink.lastRecord();
  if (last === undefined || last.position <= remembered) return remembered;
  return (await hashAt(tx, auditChainStore, last.position)) === last.hash ? last.position : remembered;
}
