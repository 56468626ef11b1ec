import { createHash, randomBytes } from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import pg from "pg";
import { BackupFault } from "./backupFault.ts";
import type { BackupHeader } from "./backupHeader.ts";
import { copyOut } from "./copyTable.ts";
import { type BackupKeys, FILE_KEY } from "./neededKeys.ts";
import { type BackupRecord, encodeRecord } from "./records.ts";
import { sealFile } from "./sealedFile.ts";
import { type BackedUpTable, listMasterKeys, listMigrations, listTables, readSequences } from "./tables.ts";

export interface BackupOptions {
  readonly databaseUrl: string;
  readonly keys: BackupKeys;
  readonly now: Date;
}

export interface BackupSummary {
  readonly madeAt: string;
  /** The root keys that a restore needs. */
  readonly rootKeys: readonly string[];
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes one consistent, sealed copy of the service's tables, as they are at one moment, while the service goes on. Memory
 * is bounded by one row. The master keys are in it as they are in the database, wrapped; the root keys are not, nor the durable engine's schema, nor the simulated cloud.
 *
 * @throws BackupFault `not-a-service` for a database without the service's tables
 */
export async function backupDatabase(options: BackupOptions, output: Writable): Promise<BackupSummary> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: "meridian-backup" });
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    const key = randomBytes(32);
    const header = await headerOf(client, key, options);
    const tables = await listTables(client);
    let rows = 0;
    const counted = async function* () {
      for await (const record of recordsOf(client, tables)) {
        if (record.kind === "table-end") rows += record.rows;
        yield encodeRecord(record);
      }
    };
    await pipeline(
      Readable.from(counted()),
      createZstdCompress(),
      (content: AsyncIterable<Buffer>) => sealFile(header, key, content),
      output,
    );
    await client.query("commit");
    const rootKeys = [...new Set([header.sealedUnder, ...header.keys].map(({ root }) => root))];
    return { madeAt: header.madeAt, rootKeys, tables: tables.length, rows };
  } finally {
    await client.end();
  }
}

async function headerOf(client: pg.Client, key: Buffer, { keys, now }: BackupOptions): Promise<BackupHeader> {
  const migrations = await listMigrations(client);
  if (migrations.length === 0)
    throw new BackupFault("not-a-service", `The database ${client.database ?? ""} has no tables of Meridian in it.`);
  const { root, wrapped } = await keys.wrap(key, FILE_KEY);
  return {
    format: 1,
    madeAt: now.toISOString(),
    migrations: [...migrations],
    sealedUnder: { root, wrapped: wrapped.toString("base64") },
    keys: [...(await listMasterKeys(client))],
  };
}

const LINE_FEED = 10;

async function* recordsOf(client: pg.Client, tables: readonly BackedUpTable[]): AsyncGenerator<BackupRecord> {
  for (const { name, columns } of tables) {
    yield { kind: "table", name, columns };
    const hash = createHash("sha256");
    let [rows, bytes] = [0, 0];
    for await (const piece of copyOut(client, `copy ${target(client, { name, columns })} to stdout`)) {
      hash.update(piece);
      bytes += piece.length;
      // In PostgreSQL's text format a line feed stands at the end of each row and nowhere else.
      for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1)) rows += 1;
      yield { kind: "rows", bytes: piece };
    }
    yield { kind: "table-end", rows, bytes, sha256: hash.digest("hex") };
  }
  yield { kind: "sequences", values: await readSequences(client) };
  yield { kind: "end", tables: tables.length };
}

/** A table with its columns, as COPY names them. */
export function target(client: pg.Client, { name, columns }: BackedUpTable): string {
  return `meridian.${client.escapeIdentifier(name)} (${columns.map((each) => client.escapeIdentifier(each)).join(", ")})`;
}
