import type pg from "pg";
import type { SequenceValue } from "./records.ts";

export interface BackedUpTable {
  readonly name: string;
  /** Without those that the database works out itself. */
  readonly columns: readonly string[];
}

/**
 * The tables of the service, each after those that its rows refer to. References that are checked at the end of a
 * transaction do not count; others that go round in a circle are refused, because such tables could not be filled again.
 */
export async function listTables(client: pg.Client): Promise<readonly BackedUpTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; after: string[] }>(
    `select c.relname as name,
            array(select a.attname::text from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                   order by a.attnum) as columns,
            array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
                   where k.conrelid = c.oid and k.contype = 'f' and not k.condeferrable and f.oid <> c.oid) as after
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'meridian' and c.relkind = 'r'
      order by c.relname`,
  );
  const placed = new Set<string>();
  const ordered: BackedUpTable[] = [];
  while (ordered.length < rows.length) {
    const next = rows.find(({ name, after }) => !placed.has(name) && after.every((other) => placed.has(other)));
    if (next === undefined) {
      const left = rows.filter(({ name }) => !placed.has(name)).map(({ name }) => name);
      throw new Error(`the tables ${left.join(", ")} refer to one another in a circle: make one reference deferrable`);
    }
    placed.add(next.name);
    ordered.push({ name: next.name, columns: next.columns });
  }
  return ordered;
}

/** The names of the migrations that have run; empty where there is no service's schema. */
export async function listMigrations(client: pg.Client): Promise<readonly string[]> {
  const { rows: found } = await client.query("select 1 where to_regclass('meridian.migrations') is not null");
  if (found.length === 0) return [];
  const { rows } = await client.query<{ name: string }>("select name from meridian.migrations order by name");
  return rows.map(({ name }) => name);
}

/** They are not part of a snapshot: to be read after the rows, so that none stands behind the rows it counted. */
export async function readSequences(client: pg.Client): Promise<readonly SequenceValue[]> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    "select sequencename as name, last_value::text as last from pg_sequences where schemaname = 'meridian' order by 1",
  );
  return rows.map(({ name, last }) => ({ name, last: last ?? undefined }));
}

/** The master keys that are not retired, wrapped, in base64. */
export async function listMasterKeys(
  client: pg.Client,
): Promise<readonly { readonly version: number; readonly root: string; readonly wrapped: string }[]> {
  const { rows } = await client.query<{ version: number; root: string; wrapped: Buffer }>(
    "select version, root, wrapped from meridian.master_keys where wrapped is not null order by version",
  );
  return rows.map(({ version, root, wrapped }) => ({ version, root, wrapped: wrapped.toString("base64") }));
}
