import { sql } from "kysely";
import { expect, test } from "vitest";
import { auditChainStore } from "../../api/auditLog/auditChainStore.ts";
import { insertEntries } from "../../api/auditLog/auditLogStore.ts";
import { createAuditNotes } from "../../api/auditLog/auditNotes.ts";
import { beginning, type ChainHead, hashOf } from "../../api/chain/chain.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { verifyChain } from "../../api/chain/verifyChain.ts";
import { auditEntry, useAuditedDatabase } from "./auditedDatabase.ts";

const log = useAuditedDatabase();
const { write } = log;
const verify = (heads: readonly ChainHead[] = []) => verifyChain(log.db, auditChainStore, { heads });
const statement = (text: string) => sql.raw(text).execute(log.db);

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
  for (const record of await auditChainStore.read(log.db, 0, 100)) {
    last = hashOf(last, record);
    await sql`update audit_log set hash = ${last} where position = ${record.position}`.execute(log.db);
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
    log.db,
    Array.from({ length: 3_000 }, (_, index) => auditEntry(index)),
  );
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 20; round += 1) await chainRecords(log.db, auditChainStore);
    }),
  );
  expect(await verify()).toMatchObject({ status: "intact", records: 3_000 });
});

test("who writes a record does not wait for the chaining, nor it for a record that is not committed", async () => {
  const [begun, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = log.db.transaction().execute(async (tx) => {
    await insertEntries(tx, [auditEntry(1)]);
    begun.resolve();
    await finish.promise;
  });
  await begun.promise;
  await write(3);
  expect((await verify()).records).toBe(3);
  finish.resolve();
  await slow;
  await chainRecords(log.db, auditChainStore);
  expect(await verify()).toMatchObject({ status: "intact", records: 4 });
});

test("notes that come at once are committed together, and each waits for its own", async () => {
  const note = createAuditNotes(log.db);
  await Promise.all(Array.from({ length: 200 }, (_, index) => note(auditEntry(index))));
  const { rows } = await sql<{ transactions: number; records: number }>`
    select count(distinct xmin::text)::int as transactions, count(*)::int as records from audit_log`.execute(log.db);
  expect(rows[0]?.records).toBe(200);
  expect(rows[0]?.transactions).toBeLessThan(10);
});
