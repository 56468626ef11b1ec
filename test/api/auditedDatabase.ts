import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { auditChainStore } from "../../api/auditLog/auditChainStore.ts";
import { insertEntries } from "../../api/auditLog/auditLogStore.ts";
import { systemClock } from "../../api/base/clock.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { type Database, type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import type { AuditEntry } from "../../api/http/audit.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

/** A database with an audit log, and a folder for what is kept of it elsewhere. */
export interface AuditedDatabase {
  readonly db: Database;
  readonly folder: string;
  /** Writes so many records and chains them. */
  write(count: number): Promise<void>;
  /** Writes the head of the chain into a file, when it has moved. */
  headsWriter(file: string): () => Promise<void>;
}

export const auditEntry = (index: number): AuditEntry => ({
  caller: { id: `key_${index}`, name: "tester" },
  action: "state.export",
  subject: `/api/stacks/lobby/site/${index}`,
  team: "lobby",
  outcome: "done",
  details: { index, nested: { b: 1, a: [true, null, "ü"] } },
});

/** One of its own for each test of the file that calls this. */
export function useAuditedDatabase(): AuditedDatabase {
  let owned: TestDatabase;
  let database: OpenDatabase;
  let folder: string;
  beforeEach(async () => {
    owned = await testDatabase();
    database = openDatabase(owned.url, () => undefined);
    await migrate(database);
    folder = await mkdtemp(path.join(tmpdir(), "meridian-audit-"));
  });
  afterEach(async () => {
    await database.close();
    await owned.drop();
    await rm(folder, { recursive: true });
  });
  return {
    get db() {
      return database.db;
    },
    get folder() {
      return folder;
    },
    async write(count) {
      const entries = Array.from({ length: count }, (_, index) => auditEntry(index));
      await insertEntries(database.db, entries);
      while ((await chainRecords(database.db, auditChainStore)) > 0);
    },
    headsWriter: (file) =>
      createHeadsWriter({
        db: database.db,
        store: auditChainStore,
        place: openHeadsPlace(file),
        clock: systemClock,
      }),
  };
}

export const linesIn = async (file: string): Promise<readonly string[]> =>
  (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");

/** Of each record or head in a file, its place in the chain. */
export const positionsIn = async (file: string): Promise<readonly number[]> =>
  (await linesIn(file)).map((line) => JSON.parse(line).position);
