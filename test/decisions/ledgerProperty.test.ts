import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { type ChainStore, chainRecords } from "../../api/chain/chainStore.ts";
import { type HeadsPlace, openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { type Database, type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { decisionChainStore } from "../../api/decisions/decisionChainStore.ts";
import { createDecisionLedger } from "../../api/decisions/decisionLedger.ts";
import { verifyLedger } from "../../api/decisions/verifyLedger.ts";
import { readHeads } from "../../cli/heads.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { batchOf, rules } from "./ledgerRows.ts";

let owned: TestDatabase;
let processes: readonly OpenDatabase[];
let folder: string;
beforeAll(async () => {
  owned = await testDatabase();
  processes = [1, 2, 3].map(() => openDatabase(owned.url, () => undefined));
  for (const database of processes) await migrate(database);
  folder = await mkdtemp(path.join(tmpdir(), "meridian-ledger-"));
});
afterAll(async () => {
  for (const database of processes) await database.close();
  await owned.drop();
  await rm(folder, { recursive: true });
});

/** The process's connection dies here, as with the process. */
const die = (db: Database) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);

type When = "never" | "before" | "after";
const at = (wanted: When, now: When, act: () => Promise<unknown>) => (wanted === now ? act() : undefined);

async function write({ db }: OpenDatabase, index: number, dies: When): Promise<void> {
  const ledger = createDecisionLedger({ db, gate: { rules } });
  await db.transaction().execute(async (tx) => {
    await at(dies, "before", () => die(tx));
    await ledger.record(tx, batchOf(index));
    await at(dies, "after", () => die(tx));
  });
}

const chain = ({ db }: OpenDatabase, dies: When) =>
  chainRecords(db, {
    ...decisionChainStore,
    async place(tx, placed) {
      await at(dies, "before", () => die(tx));
      await decisionChainStore.place(tx, placed);
      await at(dies, "after", () => die(tx));
    },
  } satisfies ChainStore);

function head({ db }: OpenDatabase, file: string, dies: When): Promise<void> {
  const kept = openHeadsPlace(file);
  const place: HeadsPlace = {
    last: kept.last,
    async append(written) {
      if (dies === "before") throw new Error("killed");
      await kept.append(written);
      if (dies === "after") throw new Error("killed");
    },
  };
  return createHeadsWriter({ db, store: decisionChainStore, place, clock: systemClock })();
}

const step = fc.record({
  act: fc.constantFrom("write", "write", "write", "chain", "head"),
  process: fc.nat(2),
  dies: fc.constantFrom<When>("never", "never", "never", "never", "before", "after"),
});

test("whatever keepers and writers do at once, and wherever they are killed, the chain holds what was committed, once", async () => {
  let [index, round] = [0, 0];
  const committed = new Set<string>();
  const file = path.join(folder, "heads.jsonl");

  async function take({ act, process, dies }: { act: string; process: number; dies: When }): Promise<void> {
    const database = processes[process];
    if (database === undefined) throw new Error(`there is no process ${process}`);
    if (act === "chain") await chain(database, dies).catch(unlessKilled(dies));
    if (act === "head") await head(database, file, dies).catch(unlessKilled(dies));
    if (act !== "write") return;
    index += 1;
    const own = index;
    const done = await write(database, own, dies).then(() => true, unlessKilled(dies));
    if (done === true) committed.add(`update-${own}`);
  }

  async function check(): Promise<void> {
    const [{ db }] = processes as readonly [OpenDatabase, ...OpenDatabase[]]; // three were opened
    while ((await chainRecords(db, decisionChainStore)) > 0);
    await createHeadsWriter({ db, store: decisionChainStore, place: openHeadsPlace(file), clock: systemClock })();
    const lines = await readFile(file, "utf8").catch(() => "");
    const heads = lines
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const found = await verifyLedger(
      db,
      heads.map(({ position, hash }) => ({ position, hash })),
    );
    expect(found).toMatchObject({ status: "intact", records: committed.size, faults: [], uncovered: 0 });
    if (heads.length > 0) expect((await readHeads(file)).gaps).toEqual([]);
    const rows = await db.selectFrom("decisions").select("updateId").execute();
    expect(new Set(rows.map(({ updateId }) => updateId))).toEqual(committed);
    expect(rows).toHaveLength(committed.size);
  }

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
      async (waves) => {
        round += 1;
        for (const wave of waves) await Promise.all(wave.map(take));
        await check();
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
  expect(committed.size).toBeGreaterThan(100);
  expect(round).toBe(25);
});

/** What was killed may fail, and nothing else. */
const unlessKilled = (dies: When) => (error: unknown) => {
  if (dies === "never") throw error;
};
