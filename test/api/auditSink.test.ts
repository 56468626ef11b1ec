import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { auditChainStore } from "../../api/auditLog/auditChainStore.ts";
import { insertEntries } from "../../api/auditLog/auditLogStore.ts";
import { createLineSink, type LineSink } from "../../api/auditLog/auditSink.ts";
import { deliverRecords } from "../../api/auditLog/deliverRecords.ts";
import { systemClock } from "../../api/base/clock.ts";
import { createLogger } from "../../api/base/logger.ts";
import { beginning, hashOf } from "../../api/chain/chain.ts";
import { openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { chainCheck, keepChain } from "../../api/chain/keepChain.ts";
import { auditEntry, linesIn, positionsIn, useAuditedDatabase } from "./auditedDatabase.ts";

const log = useAuditedDatabase();
const { write, headsWriter } = log;
const statement = (text: string) => sql.raw(text).execute(log.db);

test("the sink gets each record once, in order, as a line of which the hash can be computed anew", async () => {
  const sink = createLineSink(path.join(log.folder, "audit.jsonl"));
  await write(1_200);
  while ((await deliverRecords(log.db, sink)) > 0);
  await write(2);
  while ((await deliverRecords(log.db, sink)) > 0);
  const lines = (await linesIn(path.join(log.folder, "audit.jsonl"))).map((line) => JSON.parse(line));
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
  await expect(deliverRecords(log.db, sink)).rejects.toThrow("no space left");
  full = false;
  await deliverRecords(log.db, sink);
  expect(taken.join("").match(/"position"/g)).toHaveLength(3);
});

test("a file that is further than the database remembers is not told twice, and a line that was cut off is told again", async () => {
  const file = path.join(log.folder, "audit.jsonl");
  const sink = createLineSink(file);
  await write(3);
  await deliverRecords(log.db, sink);
  await statement("update audit_sinks set position = 1"); // as after a crash between the file and the commit
  await write(1);
  await deliverRecords(log.db, sink);
  expect(await positionsIn(file)).toEqual([1, 2, 3, 4]);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.slice(0, -20)); // as after a crash, or a full disk, in the middle of the fourth line
  await statement("update audit_sinks set position = 3");
  await deliverRecords(log.db, sink);
  const whole = (await linesIn(file)).flatMap((line) => (line.endsWith("}") ? [JSON.parse(line).position] : []));
  expect(whole).toEqual([1, 2, 3, 4]);
});

test("a file that tells of another chain, as after a restore, does not hide the records of this one", async () => {
  const file = path.join(log.folder, "audit.jsonl");
  await writeFile(file, `${JSON.stringify({ position: 99, hash: "0".repeat(64) })}\n`);
  await write(2);
  await deliverRecords(log.db, createLineSink(file));
  expect(await positionsIn(file)).toEqual([99, 1, 2]);
});

test("a file that was moved away is followed by a new one that goes on where it ended", async () => {
  const file = path.join(log.folder, "audit.jsonl");
  const sink = createLineSink(file);
  await write(2);
  await deliverRecords(log.db, sink);
  await rename(file, `${file}.1`);
  await write(2);
  await deliverRecords(log.db, sink);
  expect(await positionsIn(`${file}.1`)).toEqual([1, 2]);
  expect(await positionsIn(file)).toEqual([3, 4]);
});

test("two processes that serve one sink hand over each record once", async () => {
  const file = path.join(log.folder, "audit.jsonl");
  await write(1_800);
  const serve = async () => {
    for (let round = 0; round < 12; round += 1) await deliverRecords(log.db, createLineSink(file));
  };
  await Promise.all([serve(), serve()]);
  expect(await positionsIn(file)).toEqual(Array.from({ length: 1_800 }, (_, index) => index + 1));
});

test("the head is written when it has moved, and a log that is rewritten under the service is noticed", async () => {
  const file = path.join(log.folder, "heads.jsonl");
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
  const sinkFile = path.join(log.folder, "not-yet", "audit.jsonl");
  const keeper = keepChain({
    db: log.db,
    store: auditChainStore,
    clock: systemClock,
    logger: createLogger({ level: "info", destination }),
    heads: openHeadsPlace(path.join(log.folder, "heads.jsonl")),
    deliver: () => deliverRecords(log.db, createLineSink(sinkFile)),
    everyMs: 10,
  });
  await insertEntries(log.db, [auditEntry(1)]);
  await vi.waitFor(() => expect(keeper.failures().get("sink")).toContain("ENOENT"), 5_000);
  await expect(chainCheck(keeper, "sink")()).rejects.toThrow("ENOENT");
  await expect(chainCheck(keeper, "chain")()).resolves.toBeUndefined();

  await mkdir(path.dirname(sinkFile));
  await vi.waitFor(() => expect(keeper.failures().size).toBe(0), 5_000);
  await insertEntries(log.db, [auditEntry(2)]);
  await keeper.stop();
  expect(await positionsIn(sinkFile)).toEqual([1, 2]);
  expect((await positionsIn(path.join(log.folder, "heads.jsonl"))).at(-1)).toBe(2);
  expect(logs.filter((line) => line.includes("a part of the audit log fails"))).toHaveLength(1);
  expect(logs.filter((line) => line.includes("gets on again"))).toHaveLength(1);
});
