import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { auditChainStore } from "../../api/auditLog/auditChainStore.ts";
import { insertEntries } from "../../api/auditLog/auditLogStore.ts";
import { createAuditNotes } from "../../api/auditLog/auditNotes.ts";
import { createLineSink, type LineSink } from "../../api/auditLog/auditSink.ts";
import { deliverRecords } from "../../api/auditLog/deliverRecords.ts";
import { systemClock } from "../../api/base/clock.ts";
import { createLogger } from "../../api/base/logger.ts";
import { beginning, type ChainHead, hashOf } from "../../api/chain/chain.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { chainCheck, keepChain } from "../../api/chain/keepChain.ts";
import { verifyChain } from "../../api/chain/verifyChain.ts";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import type { AuditEntry } from "../../api/http/audit.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

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

const entry = (index: number): AuditEntry => ({
  caller: { id: `key_${index}`, name: "tester" },
  action: "state.export",
  subject: `/api/stacks/lobby/site/${index}`,
  team: "lobby",
  outcome: "done",
  details: { index, nested: { b: 1, a: [true, null, "ü"] } },
});

async function write(count: number): Promise<void> {
  await insertEntries(
    database.db,
    Array.from({ length: count }, (_, index) => entry(index)),
  );
  while ((await chainRecords(database.db, auditChainStore)) > 0);
}

const verify = (heads: readonly ChainHead[] = []) => verifyChain(database.db, auditChainStore, { heads });
const headsWriter = (file: string) =>
  createHeadsWriter({
    db: database.db,
    store: auditChainStore,
    place: openHeadsPlace(file),
    clock: systemClock,
  });
const statement = (text: string) => sql.raw(text).execute(database.db);

test("a log that nobody touched is intact, whatever its details hold, and its head is told", async () => {
  await write(2_500);
  const { head, ...found } = await verify();
  expect(found).toEqual({ status: "intact", records: 2_500, headsCompared: 0, uncovered: 2_500, late: 0, faults: [] });
  expect(head).toMatchObject({ position: 2_500, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect((await verify([head])).status).toBe("intact");
});

test.each([
  ["details", `details = '{"index": 4}'`],
  ["team", "team = null"],
  ["actor", "actor = 'key_other'"],
  ["actor_name", "actor_name = 'somebody'"],
  ["action", "action = 'state.import'"],
  ["subject", "subject = '/api/stacks/lobby/site/77'"],
  ["outcome", "outcome = 'refused'"],
  ["request_id", "request_id = 'req_1'"],
  ["at", "at = at + interval '1 microsecond'"],
])("a record whose %s was changed is found", async (_column, change) => {
  await write(10);
  await statement(`update audit_log set ${change} where position = 4`);
  const found = await verify();
  expect(found.status).toBe("broken");
  expect(found.faults).toMatchObject([{ position: 4, fault: "changed" }]);
});

test("a record that was removed is found", async () => {
  await write(10);
  await statement("delete from audit_log where position = 6");
  expect((await verify()).faults).toMatchObject([{ position: 6, fault: "removed" }]);
});

test("a record that was inserted between two is found", async () => {
  await write(10);
  await statement("update audit_log set position = -position where position >= 6");
  await statement("update audit_log set position = 1 - position where position < 0");
  await statement(
    `insert into audit_log (position, hash, actor, actor_name, action, subject, outcome)
     values (6, sha256('x'), 'key_1', 'tester', 'state.export', '/api/stacks/a/b/c', 'done')`,
  );
  const found = await verify();
  expect(found.status).toBe("broken");
  expect(found.faults[0]).toMatchObject({ position: 6, fault: "changed" });
});

test("a log that was changed and chained anew is whole in itself, and found by a head that was kept elsewhere", async () => {
  await write(10);
  const { head: before } = await verify();
  await statement("update audit_log set actor_name = 'somebody else' where position = 4");
  let last = beginning;
  for (const record of await auditChainStore.read(database.db, 0, 100)) {
    last = hashOf(last, record);
    await sql`update audit_log set hash = ${last} where position = ${record.position}`.execute(database.db);
  }
  expect((await verify()).status).toBe("intact");
  expect((await verify([before])).faults).toMatchObject([{ position: 10, fault: "rewritten" }]);
});

test("records that were cut off at the end are found by a head that was kept elsewhere", async () => {
  await write(10);
  const { head } = await verify();
  await statement("delete from audit_log where position > 7");
  expect((await verify()).status).toBe("intact");
  expect((await verify([head])).faults).toMatchObject([{ position: 8, fault: "cut-off" }]);
});

test("several processes that chain at once give each record one place, without a gap", async () => {
  await insertEntries(
    database.db,
    Array.from({ length: 3_000 }, (_, index) => entry(index)),
  );
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 20; round += 1) await chainRecords(database.db, auditChainStore);
    }),
  );
  expect(await verify()).toMatchObject({ status: "intact", records: 3_000 });
});

test("who writes a record does not wait for the chaining, nor it for a record that is not committed", async () => {
  const [begun, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = database.db.transaction().execute(async (tx) => {
    await insertEntries(tx, [entry(1)]);
    begun.resolve();
    await finish.promise;
  });
  await begun.promise;
  await write(3);
  expect((await verify()).records).toBe(3);
  finish.resolve();
  await slow;
  await chainRecords(database.db, auditChainStore);
  expect(await verify()).toMatchObject({ status: "intact", records: 4 });
});

test("notes that come at once are committed together, and each waits for its own", async () => {
  const note = createAuditNotes(database.db);
  await Promise.all(Array.from({ length: 200 }, (_, index) => note(entry(index))));
  const { rows } = await sql<{ transactions: number; records: number }>`
    select count(distinct xmin::text)::int as transactions, count(*)::int as records from audit_log`.execute(
    database.db,
  );
  expect(rows[0]?.records).toBe(200);
  expect(rows[0]?.transactions).toBeLessThan(10);
});

const linesIn = async (file: string) => (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
const positionsIn = async (file: string) => (await linesIn(file)).map((line) => JSON.parse(line).position);

test("the sink gets each record once, in order, as a line of which the hash can be computed anew", async () => {
  const sink = createLineSink(path.join(folder, "audit.jsonl"));
  await write(1_200);
  while ((await deliverRecords(database.db, sink)) > 0);
  await write(2);
  while ((await deliverRecords(database.db, sink)) > 0);
  const lines = (await linesIn(path.join(folder, "audit.jsonl"))).map((line) => JSON.parse(line));
  expect(lines.map(({ position }) => position)).toEqual(Array.from({ length: 1_202 }, (_, index) => index + 1));
  let last = beginning;
  for (const { hash, ...content } of lines) {
    last = hashOf(last, content);
    expect(last.toString("hex")).toBe(hash);
  }
});

test("a sink that fails loses nothing: what it did not take comes again", async () => {
  const taken: string[] = [];
  let full = true;
  const sink: LineSink = {
    name: "test",
    append: async (lines) => {
      if (full) throw new Error("no space left");
      taken.push(lines);
    },
    lastRecord: async () => undefined,
  };
  await write(3);
  await expect(deliverRecords(database.db, sink)).rejects.toThrow("no space left");
  full = false;
  await deliverRecords(database.db, sink);
  expect(taken.join("").match(/"position"/g)).toHaveLength(3);
});

test("a file that is further than the database remembers is not told twice, and a line that was cut off is told again", async () => {
  const file = path.join(folder, "audit.jsonl");
  const sink = createLineSink(file);
  await write(3);
  await deliverRecords(database.db, sink);
  await statement("update audit_sinks set position = 1"); // as after a crash between the file and the commit
  await write(1);
  await deliverRecords(database.db, sink);
  expect(await positionsIn(file)).toEqual([1, 2, 3, 4]);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.slice(0, -20)); // as after a crash, or a full disk, in the middle of the fourth line
  await statement("update audit_sinks set position = 3");
  await deliverRecords(database.db, sink);
  const whole = (await linesIn(file)).flatMap((line) => (line.endsWith("}") ? [JSON.parse(line).position] : []));
  expect(whole).toEqual([1, 2, 3, 4]);
});

test("a file that tells of another chain, as after a restore, does not hide the records of this one", async () => {
  const file = path.join(folder, "audit.jsonl");
  await writeFile(file, `${JSON.stringify({ position: 99, hash: "0".repeat(64) })}\n`);
  await write(2);
  await deliverRecords(database.db, createLineSink(file));
  expect(await positionsIn(file)).toEqual([99, 1, 2]);
});

test("a file that was moved away is followed by a new one that goes on where it ended", async () => {
  const file = path.join(folder, "audit.jsonl");
  const sink = createLineSink(file);
  await write(2);
  await deliverRecords(database.db, sink);
  await rename(file, `${file}.1`);
  await write(2);
  await deliverRecords(database.db, sink);
  expect(await positionsIn(`${file}.1`)).toEqual([1, 2]);
  expect(await positionsIn(file)).toEqual([3, 4]);
});

test("two processes that serve one sink hand over each record once", async () => {
  const file = path.join(folder, "audit.jsonl");
  await write(1_800);
  const serve = async () => {
    for (let round = 0; round < 12; round += 1) await deliverRecords(database.db, createLineSink(file));
  };
  await Promise.all([serve(), serve()]);
  expect(await positionsIn(file)).toEqual(Array.from({ length: 1_800 }, (_, index) => index + 1));
});

test("the head is written when it has moved, and a log that is rewritten under the service is noticed", async () => {
  const file = path.join(folder, "heads.jsonl");
  const writeHead = headsWriter(file);
  await writeHead(); // nothing to tell yet
  await write(3);
  await writeHead();
  await writeHead();
  await write(1);
  await writeHead();
  expect(await positionsIn(file)).toEqual([3, 4]);
  await statement("update audit_log set hash = sha256('forged') where position = 4");
  await expect(writeHead()).rejects.toThrow("the audit log was rewritten");
});

test("beside the requests records are chained, handed over and put under a head; what fails is told and gets on again", async () => {
  const logs: string[] = [];

  const destination = new Writable({
    write(chunk, _encoding, done) {
      logs.push(String(chunk));
      done();
    },
  });
  const sinkFile = path.join(folder, "not-yet", "audit.jsonl");
  const keeper = keepChain({
    db: database.db,
    store: auditChainStore,
    clock: systemClock,
    logger: createLogger({ level: "info", destination }),
    heads: openHeadsPlace(path.join(folder, "heads.jsonl")),
    deliver: () => deliverRecords(database.db, createLineSink(sinkFile)),
    everyMs: 10,
  });
  await insertEntries(database.db, [entry(1)]);
  await vi.waitFor(() => expect(keeper.failures().get("sink")).toContain("ENOENT"), 5_000);
  await expect(chainCheck(keeper, "sink")()).rejects.toThrow("ENOENT");
  await expect(chainCheck(keeper, "chain")()).resolves.toBeUndefined();

  await mkdir(path.dirname(sinkFile));
  await vi.waitFor(() => expect(keeper.failures().size).toBe(0), 5_000);
  await insertEntries(database.db, [entry(2)]);
  await keeper.stop();
  expect(await positionsIn(sinkFile)).toEqual([1, 2]);
  expect((await positionsIn(path.join(folder, "heads.jsonl"))).at(-1)).toBe(2);
  expect(logs.filter((line) => line.includes("a part of the audit log fails"))).toHaveLength(1);
  expect(logs.filter((line) => line.includes("gets on again"))).toHaveLength(1);
});
