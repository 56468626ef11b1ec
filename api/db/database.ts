import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { PreparingClient } from "./preparingClient.ts";
import type { Schema } from "./schema.ts";

export type Database = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export interface OpenDatabase {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly url: string;
  close(): Promise<void>;
}

/** PostgreSQL's bigint; all of ours are sequences that stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens the pool. Tables are ours in the schema `meridian`; columns are snake_case in SQL and camelCase in TypeScript,
 * while the keys inside JSON columns are left as they are.
 */
export function openDatabase(url: string, onBroken: (error: Error) => void): OpenDatabase {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max: 20,
    options: "-c search_path=meridian",
  });
  // A connection that breaks, idle or in use, is replaced; without a listener it would end the process.
  pool.on("error", onBroken);
  pool.on("connect", (client) => client.on("error", onBroken));
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return { db, pool, url, close: () => db.destroy() };
}
