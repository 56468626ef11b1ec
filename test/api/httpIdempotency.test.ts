import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KEPT_FOR_MS } from "../../api/http/idempotency.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let key: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
});
afterAll(() => api.close());

let count = 0;
beforeEach(() => {
  count += 1;
  api.rollouts.before = undefined;
  api.rollouts.started.length = 0;
});

const body = () => ({ ...launch, name: `launch-${count}` });
const create = (idempotencyKey: string, sent = body(), by = key) =>
  api.send("POST", "/v1/stack-sets", { key: by, body: sent, headers: { "idempotency-key": idempotencyKey } });

test("the same key and body gives the first answer again, with its status and Location, and starts nothing", async () => {
  const first = await create("again");
  const again = await create("again");
  expect(again.status).toBe(202);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  expect(api.rollouts.started).toHaveLength(1);
});

test("the order of a body's members makes no other body", async () => {
  const first = await create("order");
  const { name, ...rest } = body();
  const again = await create("order", { ...rest, name });
  expect(again.body).toEqual(first.body);
});

test("the same key with another body, path or method is refused", async () => {
  await create("reused");
  expectProblem(await create("reused", { ...body(), regions: ["us-east-1"] }), "idempotency-key-reused");
  const headers = { "idempotency-key": "reused" };
  const path = `/v1/stack-sets/${body().name}`;
  expectProblem(await api.send("DELETE", path, { key, headers }), "idempotency-key-reused");
});

test("two owners may use the same key", async () => {
  await create("shared");
  const admin = await api.keyFor("admin");
  const other = await create("shared", { ...body(), name: `others-${count}` }, admin);
  expect(other.status).toBe(202);
  expect(other.headers.get("idempotency-replayed")).toBeNull();
});

test("of many at once, one does the work and the others are told that it is in flight, or get its answer", async () => {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  api.rollouts.before = async () => {
    reached.resolve();
    await released.promise;
  };
  const first = create("race");
  await reached.promise;
  const others = await Promise.all(Array.from({ length: 8 }, () => create("race")));
  for (const other of others) expectProblem(other, "request-in-flight");
  released.resolve();
  const done = await first;
  expect(done.status).toBe(202);
  expect((await create("race")).body).toEqual(done.body);
  expect(api.rollouts.started).toHaveLength(1);
});

test("what was refused changed nothing, and its key can be used again", async () => {
  api.rollouts.before = async () => {
    throw new Error("the power failed");
  };
  expectProblem(await create("refused"), "internal");
  expectProblem(await api.send("GET", `/v1/stack-sets/${body().name}`, { key }), "not-found");
  api.rollouts.before = undefined;
  expect((await create("refused")).status).toBe(202);
});

test("a process that dies in the middle leaves neither a change nor a key in flight", async () => {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  api.rollouts.before = async () => {
    reached.resolve();
    await released.promise;
  };
  const doomed = create("crash");
  await reached.promise;
  await endOpenTransactions(api);
  api.rollouts.before = undefined;
  await expect.poll(async () => (await create("crash")).status).toBe(202);
  released.resolve();
  expectProblem(await doomed, "unavailable");
  const { body: found } = await api.send("GET", `/v1/stack-sets/${body().name}`, { key });
  expect(found.generation).toBe(1);
});

test("an answer is kept for a day", async () => {
  const first = await create("day");
  await api.send("DELETE", `/v1/stack-sets/${body().name}`, { key });
  await api.db.updateTable("stackSets").set({ deletedAt: new Date() }).where("name", "=", body().name).execute();
  api.clock.advance(KEPT_FOR_MS - 1_000);
  expect((await create("day")).body).toEqual(first.body);
  api.clock.advance(1_000);
  const anew = await create("day");
  expect(anew.status).toBe(202);
  expect(anew.body.id).not.toBe(first.body.id);
});

test("keys older than a day are removed by later work", async () => {
  await create("old");
  api.clock.advance(KEPT_FOR_MS + 3_600_001);
  await api.send("POST", "/v1/stack-sets", { key, body: { ...body(), name: `later-${count}` } });
  const kept = await api.db.selectFrom("idempotencyKeys").select("key").execute();
  expect(kept).toEqual([]);
});

test("the change, its record in the audit log and its answer are there together", async () => {
  await create("together");
  const { body: log } = await api.send("GET", "/v1/audit-log", { key });
  expect(log.items[0]).toMatchObject({
    action: "stack-set.create",
    subject: `/v1/stack-sets/${body().name}`,
    outcome: "done",
    team: "default",
  });
  const records = log.items.filter((item: { subject: string }) => item.subject === `/v1/stack-sets/${body().name}`);
  await create("together");
  expect(records).toHaveLength(1);
});

/** As PostgreSQL does when the process at the other end is gone. */
async function endOpenTransactions(harness: Harness): Promise<void> {
  const client = new pg.Client({ connectionString: harness.databaseUrl });
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
  );
  await client.end();
}
