import { sql } from "kysely";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { checkpointRow, journalRow } from "../deployments/stateArchive.ts";
import { eventRow } from "../updates/eventService.ts";
import type { UpdateRequest } from "../updates/updateRecord.ts";
import type { ConfigSecrets } from "./configSecrets.ts";
import type { Keyring, Sealing } from "./sealing.ts";

/** What is still under an older version than the newest, table by table. */
export interface SealedCounts {
  readonly journalEntries: number;
  readonly checkpoints: number;
  readonly engineEvents: number;
  /** Updates whose stored configuration has a secret under the version. */
  readonly configurations: number;
}

export interface Resealing {
  /**
   * Reseals the next rows that are under an older version than the newest, in a transaction of its own, while updates go on.
   * Safe to run in several processes, and to be cut at any point: what is sealed under what is read from the rows themselves.
   *
   * @returns how many rows were done; 0 when a pass over everything has come to its end
   */
  batch(): Promise<number>;
  /** Rows by the version of the master key that they are under. */
  count(): Promise<ReadonlyMap<number, SealedCounts>>;
}

interface ResealingDeps {
  readonly database: OpenDatabase;
  readonly keyring: Keyring;
  readonly sealing: Sealing;
  readonly configSecrets: ConfigSecrets;
}

/** A transaction holds its rows' locks for as long as these take, or this many milliseconds and the row that it is at. */
const MOST_MS = 100;
const MOST_ROWS = 200;
const MOST_BYTES = 4 * 1024 * 1024;

interface SealedTable {
  readonly table: "journal_entries" | "checkpoints" | "engine_events";
  readonly owner: "update_id" | "stack_id";
  readonly number: "sequence" | "version";
  readonly row: (owner: string, number: number) => string;
}

const sealedTables: readonly SealedTable[] = [
  { table: "journal_entries", owner: "update_id", number: "sequence", row: journalRow },
  { table: "checkpoints", owner: "stack_id", number: "version", row: (_, version) => checkpointRow(version) },
  { table: "engine_events", owner: "update_id", number: "sequence", row: eventRow },
];

interface Position {
  readonly owner: string;
  readonly number: number;
}

const START: Position = { owner: "00000000-0000-0000-0000-000000000000", number: -1 };

export function createResealing({ database, keyring, sealing, configSecrets }: ResealingDeps): Resealing {
  const { db } = database;
  // Where the pass stands is kept in memory only: after a restart it skips what is done at the speed of an index.
  let table = 0;
  let position = START;

  async function resealRows(tx: Tx, of: SealedTable): Promise<number> {
    const rows = await candidates(tx, of, { position, version: keyring.version });
    const begun = performance.now();
    let done = 0;
    for (const { owner, number, stackId, sealed } of rows) {
      if (performance.now() - begun > MOST_MS) break;
      const place = { stackId, row: of.row(owner, number) };
      const renewed = sealing.seal(place, sealing.open(place, sealed));
      // A client that sends whole checkpoints may have written a newer one meanwhile: that one is left alone.
      await sql`update ${sql.ref(of.table)} set sealed = ${renewed}
        where ${sql.ref(of.owner)} = ${owner} and ${sql.ref(of.number)} = ${number} and sealed = ${sealed}`.execute(tx);
      position = { owner, number };
      done += 1;
      await new Promise(setImmediate); // requests that wait are served between two rows
    }
    return done;
  }

  async function resealConfigurations(tx: Tx): Promise<number> {
    const rows = await tx
      .selectFrom("updates")
      .select(["id", "stackId", "request"])
      .where("requestKeyVersion", "<", keyring.version)
      .limit(MOST_ROWS)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id, stackId, request } of rows) {
      const asked = request as UpdateRequest; // the column holds what the update store wrote
      const config = configSecrets.renew(stackId, asked.config);
      const requestKeyVersion = configSecrets.oldestVersion(stackId, config) ?? null;
      const set = { request: JSON.stringify({ ...asked, config }), requestKeyVersion };
      await tx.updateTable("updates").set(set).where("id", "=", id).execute();
    }
    return rows.length;
  }

  /** What a transaction that failed has passed is not done. */
  async function startOverOnFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      table = 0;
      position = START;
      throw error;
    }
  }

  return {
    async batch() {
      for (;;) {
        const of = sealedTables[table];
        const done = await startOverOnFailure(() =>
          db.transaction().execute((tx) => (of ? resealRows(tx, of) : resealConfigurations(tx))),
        );
        if (done > 0) return done;
        position = START;
        table = of === undefined ? 0 : table + 1;
        if (of === undefined) return 0;
      }
    },

    async count() {
      const { rows } = await sql<SealedCounts & { version: number }>`
        select version, sum(journal)::int as "journalEntries", sum(checkpoints)::int as "checkpoints",
               sum(events)::int as "engineEvents", sum(configurations)::int as "configurations"
        from (select key_version as version, 1 as journal, 0 as checkpoints, 0 as events, 0 as configurations from journal_entries
              union all select key_version, 0, 1, 0, 0 from checkpoints
              union all select key_version, 0, 0, 1, 0 from engine_events
              union all select request_key_version, 0, 0, 0, 1 from updates where request_key_version is not null) as sealed
        group by version`.execute(db);
      return new Map(rows.map(({ version, ...counts }) => [version, counts]));
    },
  };
}

interface Candidate extends Position {
  readonly stackId: string;
  readonly sealed: Buffer;
}

/** The next rows of a table that are under another version, in the order of its key, at least one and not too many bytes. */
async function candidates(
  tx: Tx,
  { table, owner, number }: SealedTable,
  { position, version }: { readonly position: Position; readonly version: number },
): Promise<readonly Candidate[]> {
  const [of, own, num] = [sql.ref(table), sql.ref(`t.${owner}`), sql.ref(`t.${number}`)];
  const stack = owner === "stack_id" ? sql.ref("t.stack_id") : sql.ref("u.stack_id");
  const { rows } = await sql<Candidate>`
    with next as (
      select ${own} as owner, ${num} as number, octet_length(t.sealed) as size from ${of} t
      where (${own}, ${num}) > (${position.owner}::uuid, ${position.number}) and t.key_version < ${version}
      order by ${own}, ${num} limit ${MOST_ROWS}
    ), few as (
      select owner, number from (select owner, number, size, sum(size) over (order by owner, number) as total from next) as sized
      where total <= ${MOST_BYTES} or total = size
    )
    select few.owner, few.number, ${stack} as stack_id, t.sealed
    from few join ${of} t on ${own} = few.owner and ${num} = few.number
    ${owner === "stack_id" ? sql`` : sql`join updates u on u.id = t.update_id`}
    order by few.owner, few.number`.execute(tx);
  return rows;
}
