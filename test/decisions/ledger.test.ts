import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type RawBuilder, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { beginning, hashOf } from "../../api/chain/chain.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { type KeptHead, openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { decisionChainStore as store } from "../../api/decisions/decisionChainStore.ts";
import { createDecisionLedger } from "../../api/decisions/decisionLedger.ts";
import { verifyLedger } from "../../api/decisions/verifyLedger.ts";
import { readHeads } from "../../cli/heads.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { batchOf, rules } from "./ledgerRows.ts";

let owned: TestDatabase;
let database: OpenDatabase;
let folder: string;
beforeEach(async () => {
  owned = await testDatabase();
  database = openDatabase(owned.url, () => undefined);
  await migrate(database);
  folder = await mkdtemp(path.join(tmpdir(), "meridian-ledger-"));
});
afterEach(async () => {
  await database.close();
  await owned.drop();
  await rm(folder, { recursive: true });
});

const headsFile = () => path.join(folder, "heads.jsonl");
const writeHead = () =>
  createHeadsWriter({ db: database.db, store, place: openHeadsPlace(headsFile()), clock: systemClock })();
const heads = async (): Promise<KeptHead[]> =>
  (await readFile(headsFile(), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const bare = async () => (await heads()).map(({ position, hash }) => ({ position, hash }));

/** Rows in the chain, and a head after each third. */
async function write(count: number): Promise<void> {
  const ledger = createDecisionLedger({ db: database.db, gate: { rules } });
  for (let index = 1; index <= count; index += 1) {
    await database.db.transaction().execute((tx) => ledger.record(tx, batchOf(index)));
    if (index % 3 !== 0) continue;
    await chainRecords(database.db, store);
    await writeHead();
  }
  await chainRecords(database.db, store);
}

/** What whoever owns the database can do: the triggers are theirs too. */
async function asOwner(...statements: readonly RawBuilder<unknown>[]): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    for (const table of ["decisions", "decision_packs"])
      await sql`alter table ${sql.table(table)} disable trigger user`.execute(tx);
    for (const statement of statements) await statement.execute(tx);
    for (const table of ["decisions", "decision_packs"])
      await sql`alter table ${sql.table(table)} enable trigger user`.execute(tx);
  });
}

/** Computes the chain anew from its beginning, as a forger would who knows how it is made. */
async function rechain(): Promise<void> {
  let last = beginning;
  for (const record of await store.read(database.db, 0, 1_000)) {
    last = hashOf(last, record);
    await asOwner(sql`update decisions set hash = ${last} where position = ${record.position}`);
  }
}

test("a ledger that nobody touched is intact, alone and against its heads", async () => {
  await write(10);
  expect(await verifyLedger(database.db, [])).toMatchObject({ status: "intact", records: 10, late: 0, faults: [] });
  expect(await verifyLedger(database.db, await bare())).toMatchObject({
    status: "intact",
    headsCompared: 3,
    uncovered: 1,
  });
});

describe("is broken by", () => {
  test.each([
    ["at", sql`at = at + interval '1 microsecond'`],
    ["team", sql`team = 'rival'`],
    ["stack_id", sql`stack_id = gen_random_uuid()`],
    ["stack", sql`stack = 'game/other'`],
    ["update_id", sql`update_id = null`],
    ["operation", sql`operation = 'op_2'`],
    ["phase", sql`phase = 'preview'`],
    ["objections", sql`objections = not objections`],
    ["unknowns", sql`unknowns = array['a b']`],
    ["steps", sql`steps = '[]'`],
    ["id", sql`id = default`],
  ])("a row whose %s was changed", async (_, change) => {
    await write(6);
    await asOwner(sql`update decisions set ${change} where position = 4`);
    expect(await verifyLedger(database.db, [])).toMatchObject({
      status: "broken",
      faults: [{ position: 4, fault: "changed" }],
    });
  });

  test("a row that was changed and all that follows chained anew: the heads tell", async () => {
    await write(9);
    await asOwner(sql`update decisions set steps = '[]' where position = 4`);
    await rechain();
    expect((await verifyLedger(database.db, [])).status).toBe("intact");
    expect(await verifyLedger(database.db, await bare())).toMatchObject({
      status: "broken",
      faults: [
        { position: 6, fault: "rewritten" },
        { position: 9, fault: "rewritten" },
      ],
    });
  });

  test("a tail that was removed", async () => {
    await write(9);
    await asOwner(sql`delete from decisions where position > 7`);
    expect(await verifyLedger(database.db, await bare())).toMatchObject({
      status: "broken",
      faults: [{ position: 8, fault: "cut-off" }],
    });
  });

  test("all of it removed", async () => {
    await write(9);
    await asOwner(sql`delete from decisions`);
    expect((await verifyLedger(database.db, await bare())).status).toBe("broken");
  });

  test("two rows that were swapped", async () => {
    await write(9);
    const swap = sql`update decisions set position = 9 - position where position in (4, 5)`;
    await asOwner(sql`alter table decisions drop constraint decisions_position_key`, swap);
    expect(await verifyLedger(database.db, [])).toMatchObject({
      status: "broken",
      faults: [{ position: 4 }, { position: 5 }, { position: 6 }],
    });
  });

  test("two rows that were swapped and chained anew", async () => {
    await write(9);
    const swap = sql`update decisions set position = 9 - position where position in (4, 5)`;
    await asOwner(sql`alter table decisions drop constraint decisions_position_key`, swap);
    await rechain();
    expect((await verifyLedger(database.db, await bare())).status).toBe("broken");
  });

  test("a row that was forged and put between two, and all that follows chained anew", async () => {
    await write(9);
    await asOwner(
      sql`update decisions set position = -position - 1 where position >= 5`,
      sql`update decisions set position = -position where position < 0`,
      sql`insert into decisions (team, stack_id, stack, phase, pack, objections, unknowns, steps, position, hash)
        select team, stack_id, stack, phase, pack, false, '{}', '[]', 5, sha256('x') from decisions where position = 1`,
    );
    await rechain();
    expect((await verifyLedger(database.db, [])).status).toBe("intact");
    expect((await verifyLedger(database.db, await bare())).status).toBe("broken");
  });

  test("other rules under an old row", async () => {
    await write(3);
    await asOwner(sql`update decision_packs set content = jsonb_set(content, '{rules,0,level}', '"disabled"')`);
    expect(await verifyLedger(database.db, await bare())).toMatchObject({
      status: "broken",
      faults: [{ position: 1, fault: "changed" }, {}, {}],
    });
  });

  test("a head that was taken away from where they are kept", async () => {
    await write(9);
    const lines = (await readFile(headsFile(), "utf8")).split("\n");
    await writeFile(headsFile(), lines.toSpliced(1, 1).join("\n"));
    expect((await readHeads(headsFile())).gaps).toMatchObject([{ position: 6 }]);
  });
});

test("a rewriting under the service is noticed before the next head is written", async () => {
  await write(9);
  await asOwner(sql`update decisions set steps = '[]' where position = 4`);
  await rechain();
  await expect(writeHead()).rejects.toThrow("the ledger of decisions was rewritten");
});
