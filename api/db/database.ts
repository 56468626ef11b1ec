import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { impatientSocket, SILENCE_MS } from "./impatientSocket.ts";
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

export interface PoolOptions {
  readonly max: number;
  /** Of the error nothing but its words is to be logged: the driver hangs the whole connection on it. */
  readonly onBroken: (error: Error) => void;
  /** Given to the server with each connection, as `-c search_path=meridian`. */
  readonly options?: string;
  /** Milliseconds of silence after which a server counts as gone; 0: never, for statements that may take long. */
  readonly silenceMs?: number;
  /** Another kind of client than the driver's plain one. */
  readonly Client?: typeof pg.Client;
}

/** How long a request waits for a connection before the database counts as away. */
const CONNECT_MS = 10_000;

/** A pool whose connections break when the server vanishes, instead of waiting for it for a quarter of an hour. */
export function openPool(
  url: string,
  { max, onBroken, options, silenceMs = SILENCE_MS, Client = pg.Client }: PoolOptions,
): pg.Pool {
  const pool = new pg.Pool({
    Client,
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    stream: () => impatientSocket(silenceMs),
    ...(options === undefined ? {} : { options }),
  });
  // A connection that breaks, idle or in use, is replaced; without a listener it would end the process.
  pool.on("error", onBroken);
  pool.on("connect", (client) => client.on("error", onBroken));
  return pool;
}

/**
 * Opens the pool. Tables are ours in the schema `meridian`; columns are snake_case in SQL and camelCase in TypeScript,
 * while the keys inside JSON columns are left as they are.
 */
export function openDatabase(
  url: string,
  onBroken: (error: Error) => void,
  limits: Pick<PoolOptions, "silenceMs"> = {},
): OpenDatabase {
  const pool = openPool(url, {
    max: 20,
    onBroken,
    options: "-c search_path=meridian",
    Client: PreparingClient,
    ...limits,
  });
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return { db, pool, url, close: () => db.destroy() };
}
