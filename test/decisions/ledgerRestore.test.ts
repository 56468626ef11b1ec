import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backupDatabase, restoreDatabase } from "../../api/backups/index.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { readHeads as givenHeads } from "../../api/chain/headsParameter.ts";
import { openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { decisionChainStore as store } from "../../api/decisions/decisionChainStore.ts";
import { createDecisionLedger } from "../../api/decisions/decisionLedger.ts";
import { verifyLedger } from "../../api/decisions/verifyLedger.ts";
import { openMasterKeyring } from "../../api/masterKeys/masterKeyring.ts";
import { rootKeys } from "../../api/masterKeys/rootKeys.ts";
import { readHeads } from "../../cli/heads.ts";
import { testDatabase } from "../support/database.ts";
import { batchOf, rules } from "./ledgerRows.ts";

const keys = rootKeys(Buffer.alloc(32, 7).toString("base64"), {
  name: "environment",
  madeAt: undefined,
  where: "test",
});
const minutes = (count: number) => new Date(Date.parse("2026-11-22T10:00:00Z") + count * 60_000);
let folder: string;
const made: { drop(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-ledger-"));
});
afterEach(async () => {
  for (const database of made.splice(0)) await database.drop();
  await rm(folder, { recursive: true });
});

async function empty(): Promise<string> {
  const database = await testDatabase();
  made.push(database);
  return database.url;
}

/** Rows, chained, and their head at a minute of the test's hour. */
async function work({ db }: OpenDatabase, from: number, to: number, minute: number): Promise<void> {
  const ledger = createDecisionLedger({ db, gate: { rules } });
  for (let index = from; index <= to; index += 1)
    await db.transaction().execute((tx) => ledger.record(tx, batchOf(index)));
  await chainRecords(db, store);
  const place = openHeadsPlace(path.join(folder, "heads"));
  await createHeadsWriter({ db, store, place, clock: { now: () => minutes(minute) } })();
}

test("the ledger is in a backup; after a restore it goes on, and what was lost is told as lost by that restore", async () => {
  const url = await empty();
  const before = openDatabase(url, () => undefined);
  await migrate(before);
  (await openMasterKeyring({ db: before.db, source: keys, logger: pino({ level: "silent" }) })).close();
  await work(before, 1, 5, 0);
  const file = path.join(folder, "backup");
  await backupDatabase({ databaseUrl: url, keys, now: minutes(1) }, createWriteStream(file, { mode: 0o600 }));
  await work(before, 6, 9, 2);
  await before.close();

  const restoredUrl = await empty();
  const { quarantine } = await restoreDatabase(file, {
    databaseUrl: restoredUrl,
    keys,
    now: minutes(3),
    replace: false,
  });
  const after = openDatabase(restoredUrl, () => undefined);
  try {
    await work(after, 100, 101, 4);
    const { query, gaps } = await readHeads(path.join(folder, "heads"));
    expect(gaps).toEqual([]);
    const found = await verifyLedger(after.db, givenHeads(query));
    expect(found).toMatchObject({ status: "restored", records: 7, headsCompared: 3, uncovered: 0 });
    expect(found.faults).toMatchObject([{ position: 9, fault: "restored", restore: quarantine }]);
    await expect(after.db.deleteFrom("decisions").execute()).rejects.toThrow("only ever added to");
  } finally {
    await after.close();
  }
});
