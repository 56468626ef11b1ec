import type pg from "pg";
import type { LedgerEntry, LedgerFilter } from "../cloud/ledger.ts";
import type { Resource } from "../model/resource.ts";

/** What PostgreSQL keeps of the sandbox, in a schema of its own: resources by uid, and the ledger. */
const DDL = `
create schema if not exists sandbox;
create table if not exists sandbox.resource (
  uid text primary key,
  body jsonb not null
);
create table if not exists sandbox.ledger (
  seq bigint primary key,
  stack text not null,
  type text not null,
  operation text not null,
  body jsonb not null
);
create index if not exists ledger_by_stack on sandbox.ledger (stack, seq);
`;

export async function createTables(pool: pg.Pool): Promise<void> {
  await pool.query(DDL);
}

export async function loadResources(pool: pg.Pool): Promise<readonly Resource[]> {
  const { rows } = await pool.query<{ body: Resource }>("select body from sandbox.resource");
  return rows.map(({ body }) => body);
}

/** The highest sequence number of the ledger; 0 when it is empty. */
export async function lastSequence(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ last: string | null }>("select max(seq) as last from sandbox.ledger");
  return Number(rows[0]?.last ?? 0);
}

/** What happened since the last batch. A resource is there with its last value only, or as undefined when it is gone. */
export interface Batch {
  readonly resources: ReadonlyMap<string, Resource | undefined>;
  readonly entries: readonly LedgerEntry[];
}

/**
 * One transaction, not waited for on disk: a crash of the machine may lose the last moments, which a simulator can bear.
 * Writing the same batch twice changes nothing.
 */
export async function writeBatch(client: pg.ClientBase, batch: Batch): Promise<void> {
  const kept = [...batch.resources.values()].filter((resource) => resource !== undefined);
  const gone = [...batch.resources].flatMap(([uid, resource]) => (resource === undefined ? [uid] : []));
  await client.query("begin; set local synchronous_commit = off");
  if (kept.length > 0) {
    await client.query(
      `insert into sandbox.resource (uid, body)
       select body->>'uid', body from jsonb_array_elements($1::jsonb) as body
       on conflict (uid) do update set body = excluded.body`,
      [JSON.stringify(kept)],
    );
  }
  if (gone.length > 0) await client.query("delete from sandbox.resource where uid = any($1)", [gone]);
  if (batch.entries.length > 0) {
    await client.query(
      `insert into sandbox.ledger (seq, stack, type, operation, body)
       select (body->>'seq')::bigint, body->>'stack', body->>'type', body->>'operation', body
       from jsonb_array_elements($1::jsonb) as body
       on conflict (seq) do nothing`,
      [JSON.stringify(batch.entries)],
    );
  }
  await client.query("commit");
}

export async function readLedger(pool: pg.Pool, filter: LedgerFilter): Promise<readonly LedgerEntry[]> {
  const { rows } = await pool.query<{ body: LedgerEntry }>(
    `select body from sandbox.ledger
     where seq > $1 and ($2::text is null or stack = $2) and ($3::text is null or type = $3)
       and ($4::text is null or operation = $4)
     order by seq limit $5`,
    [filter.after ?? 0, filter.stack ?? null, filter.type ?? null, filter.operation ?? null, filter.limit],
  );
  return rows.map(({ body }) => body);
}
