import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { newId } from "../base/ids.ts";
import type { Tx } from "../db/database.ts";
import { migrateTo, migrationNames } from "../db/migrate.ts";
import type { Schema } from "../db/schema.ts";
import { target } from "./backupDatabase.ts";
import { BackupFault } from "./backupFault.ts";
import type { BackupHeader } from "./backupHeader.ts";
import { copyIn } from "./copyTable.ts";
import type { BackupKeys } from "./neededKeys.ts";
import { openBackup, verifyBackup } from "./readBackup.ts";
import type { BackupRecord, SequenceValue } from "./records.ts";
import { listMigrations } from "./tables.ts";

export interface RestoreOptions {
  readonly databaseUrl: string;
  readonly keys: BackupKeys;
  readonly now: Date;
  /** Throws away what the service has in the database. */
  readonly replace: boolean;
}

export interface RestoreSummary {
  readonly backupMadeAt: string;
  readonly quarantine: string;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Fills an empty database from a backup, in one transaction: all of it or nothing. The file is read to its end and checked
 * before anything is written. What was under way when the backup was made loses its leases and tokens, and the service that
 * starts on this database starts in quarantine.
 *
 * @throws BackupFault
 */
export async function restoreDatabase(file: string, options: RestoreOptions): Promise<RestoreSummary> {
  const { header, tables } = await verifyBackup(file, options.keys);
  const unknown = header.migrations.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0)
    throw new BackupFault("newer", `The backup has a schema that this version does not know: ${unknown.join(", ")}.`);
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: "meridian-restore",
    options: "-c search_path=meridian",
  });
  await client.connect();
  try {
    const quarantine = await restoreInto(client, { file, header, options });
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return { backupMadeAt: header.madeAt, quarantine, tables: tables.length, rows };
  } finally {
    await client.end();
  }
}

interface Restoring {
  readonly file: string;
  readonly header: BackupHeader;
  readonly options: RestoreOptions;
}

async function restoreInto(client: pg.Client, { file, header, options }: Restoring): Promise<string> {
  // Migrations speak to Kysely and rows to the bare connection: both must be in one transaction, so they share one client.
  const shared = { query: client.query.bind(client), release: () => undefined } as unknown as pg.PoolClient; // what Kysely uses of one
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: { connect: async () => shared, end: async () => undefined, options: {} } }),
  });
  return db.transaction().execute(async (tx) => {
    await migrateTo(tx, [], async () => {
      if (options.replace) await clear(client);
      else await requireEmpty(client);
    });
    await migrateTo(tx, header.migrations);
    await load(client, (await openBackup(file, options.keys)).records);
    await client.query("set constraints all immediate"); // a table whose rows are still to be checked cannot be altered
    await migrateTo(tx, migrationNames);
    return quarantine(tx, header, options.now);
  });
}

async function requireEmpty(client: pg.Client): Promise<void> {
  if ((await listMigrations(client)).length === 0) return;
  throw new BackupFault("not-empty", `The database ${client.database ?? ""} holds a service already.`);
}

/** Nobody may be at work on what is thrown away; the simulated cloud has a schema of its own and does not care. */
async function clear(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select coalesce(nullif(application_name, ''), 'a connection without a name') as name from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
        and application_name <> 'meridian-sandbox'`,
  );
  if (rows.length > 0) {
    const names = [...new Set(rows.map(({ name }) => name))].join(", ");
    throw new BackupFault("in-use", `${rows.length} other connections to ${client.database ?? ""} are open: ${names}.`);
  }
  await client.query("drop schema if exists meridian cascade; drop schema if exists dbos cascade");
}

/** A migration may have put rows of its own into a table, and triggers must not judge what was judged when it came. */
async function load(client: pg.Client, records: AsyncGenerator<BackupRecord>): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'meridian'",
  );
  const all = rows.map(({ name }) => `meridian.${client.escapeIdentifier(name)}`);
  for (const table of all) await client.query(`alter table ${table} disable trigger user`);
  await client.query(`truncate ${all.join(", ")}`);
  for (let next = await records.next(); next.done !== true; next = await records.next()) {
    const record = next.value;
    if (record.kind === "table") await copyIn(client, `copy ${target(client, record)} from stdin`, rowsOf(records));
    if (record.kind === "sequences") await setSequences(client, record.values);
  }
  // What is checked at the end of a transaction is checked now: a table with checks that wait cannot be altered.
  await client.query("set constraints all immediate");
  for (const table of all) await client.query(`alter table ${table} enable trigger user`);
}

/** The rows of one table; leaves the records behind it to the caller. */
async function* rowsOf(records: AsyncGenerator<BackupRecord>): AsyncGenerator<Buffer> {
  for (let next = await records.next(); next.done !== true; next = await records.next()) {
    if (next.value.kind === "table-end") return;
    if (next.value.kind === "rows") yield next.value.bytes;
  }
}

async function setSequences(client: pg.Client, values: readonly SequenceValue[]): Promise<void> {
  for (const { name, last } of values) {
    if (last === undefined) continue;
    await client.query("select setval($1::regclass, $2::bigint, true)", [
      `meridian.${client.escapeIdentifier(name)}`,
      last,
    ]);
  }
}

/**
 * Fences what was under way: an engine that lives on shows a lease or a token that is worth nothing here. Its work is ended
 * by the service when it starts, with what the journal says.
 */
async function quarantine(tx: Tx, { madeAt }: BackupHeader, now: Date): Promise<string> {
  const id = newId("qu");
  await sql`update updates set lease_hash = null, lease_expires_at = null where status in ('created', 'running')`.execute(
    tx,
  );
  await sql`delete from operation_tokens`.execute(tx);
  await sql`delete from idempotency_keys where status is null`.execute(tx);
  await sql`update quarantines set released_at = ${now}, released_by = 'another restore', overridden = true
             where released_at is null`.execute(tx);
  await sql`insert into quarantines (id, backup_made_at, restored_at) values (${id}, ${madeAt}, ${now})`.execute(tx);
  return id;
}
