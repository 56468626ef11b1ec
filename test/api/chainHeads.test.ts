import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditChainStore as store } from "../../api/auditLog/auditChainStore.ts";
import { insertEntries } from "../../api/auditLog/auditLogStore.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { type KeptHead, openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { verifyChain } from "../../api/chain/verifyChain.ts";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { readHeads } from "../../cli/heads.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

let owned: TestDatabase;
let database: OpenDatabase;
let folder: string;
let now: number;
beforeEach(async () => {
  owned = await testDatabase();
  database = openDatabase(owned.url, () => undefined);
  await migrate(database);
  folder = await mkdtemp(path.join(tmpdir(), "meridian-heads-"));
  now = Date.parse("2026-11-22T10:00:00.000Z");
});
afterEach(async () => {
  await database.close();
  await owned.drop();
  await rm(folder, { recursive: true });
});

async function write(count: number): Promise<void> {
  const entry = { caller: { id: "key_1", name: "tester" }, action: "a.b", subject: "/c", team: "lobby" } as const;
  await insertEntries(
    database.db,
    Array.from({ length: count }, () => ({ ...entry, outcome: "done" as const })),
  );
  while ((await chainRecords(database.db, store)) > 0);
}
const at = (name: string) => path.join(folder, name);
const writer = (setting: string) =>
  createHeadsWriter({ db: database.db, store, place: openHeadsPlace(setting), clock: { now: () => new Date(now++) } });
const headsIn = async (file: string): Promise<KeptHead[]> =>
  (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** What a restore from a backup of a minute ago leaves, with `rest` records in it. */
async function restore(rest: number): Promise<void> {
  await sql`delete from audit_log where position > ${rest}`.execute(database.db);
  await sql`insert into quarantines (id, backup_made_at, restored_at)
    values ('qu_1', ${new Date(now - 60_000)}, ${new Date(now)})`.execute(database.db);
  now += 1_000;
}

describe.each(["heads.jsonl", "heads/"])("heads that go to %s", (setting) => {
  test("are read back in order, each with the one before it, by whoever verifies", async () => {
    const place = at(setting.replace("/", "")) + (setting.endsWith("/") ? "/" : "");
    for (const count of [3, 1, 2]) {
      await write(count);
      await writer(place)(); // each as another process would
    }
    await writer(place)();
    const { query, gaps } = await readHeads(place);
    expect(gaps).toEqual([]);
    expect(query.split(",").map((head) => head.split(":")[0])).toEqual(["3", "4", "6"]);
  });
});

test("a folder gets one file for each head, and none is written twice", async () => {
  const place = openHeadsPlace(at("heads/"));
  const head = { position: 1, hash: "0".repeat(64), at: "2026-11-22T10:00:00.000Z" };
  await place.append(head);
  await expect(place.append({ ...head, hash: "1".repeat(64) })).rejects.toThrow("EEXIST");
  expect(await readdir(at("heads"))).toHaveLength(1);
});

test("a line that a crash cut off takes no other with it", async () => {
  await write(1);
  await writer(at("h"))();
  const [first] = await headsIn(at("h"));
  await writeFile(at("h"), `${JSON.stringify(first)}\n{"position": 2, "ha`);
  await write(1);
  await writer(at("h"))();
  const { query, gaps } = await readHeads(at("h"));
  expect(query.split(",")).toHaveLength(2);
  expect(gaps).toEqual([]);
});

test.each([
  ["the first", 0, 1],
  ["one in the middle", 1, 2],
])("a head that was taken away is missed: %s", async (_, index, position) => {
  for (let round = 0; round < 3; round += 1) {
    await write(1);
    await writer(at("h"))();
  }
  const lines = (await readFile(at("h"), "utf8")).split("\n");
  await writeFile(at("h"), lines.toSpliced(index, 1).join("\n"));
  expect((await readHeads(at("h"))).gaps).toMatchObject([{ position }]);
});

test("a chain that was rewritten while the service was down is noticed by the next one", async () => {
  await write(3);
  await writer(at("h"))();
  await sql`update audit_log set hash = sha256('forged') where position = 3`.execute(database.db);
  await expect(writer(at("h"))()).rejects.toThrow("no restore explains it");
});

test("after a restore heads go on, and those of the lost time are told as restored, not as broken", async () => {
  await write(2);
  await writer(at("h"))();
  now += 3_600_000;
  await write(2);
  await writer(at("h"))();
  await restore(2);
  await write(1);
  await writer(at("h"))();
  await write(3);
  await writer(at("h"))();
  const heads = (await headsIn(at("h"))).map((head) => ({ ...head, at: new Date(head.at) }));
  expect(heads.map(({ position }) => position)).toEqual([2, 4, 3, 6]);
  expect((await readHeads(at("h"))).gaps).toEqual([]);
  const found = await verifyChain(database.db, store, { heads });
  expect(found).toMatchObject({ status: "restored", faults: [{ position: 4, fault: "restored", restore: "qu_1" }] });
});

test("a restore explains nothing of the time before its backup", async () => {
  await write(4);
  await writer(at("h"))();
  now += 3_600_000;
  await restore(2);
  const heads = (await headsIn(at("h"))).map((head) => ({ ...head, at: new Date(head.at) }));
  expect(await verifyChain(database.db, store, { heads })).toMatchObject({
    status: "broken",
    faults: [{ position: 3, fault: "cut-off" }],
  });
  await expect(writer(at("h"))()).rejects.toThrow("was rewritten");
});

test("records after the last head are told as held by none", async () => {
  await write(2);
  await writer(at("h"))();
  await write(3);
  expect(await verifyChain(database.db, store, { heads: await headsIn(at("h")).then(strict) })).toMatchObject({
    status: "intact",
    uncovered: 3,
  });
});

const strict = (heads: readonly KeptHead[]) => heads.map(({ position, hash }) => ({ position, hash }));
