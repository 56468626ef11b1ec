import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { DBOSClient } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cuttableLine } from "../support/cuttableLine.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

let database: TestDatabase;
let pool: pg.Pool;
let workers: ChildProcess[];

beforeEach(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query("create table seen (n serial, id text, what text, executor text); create table gate (n int)");
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await pool.end();
  await database.drop();
});

async function worker(executorId: string, url = database.url): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, "worker.ts");
  const child = spawn(process.execPath, [script, url, executorId], { stdio: ["pipe", "pipe", "inherit"] });
  workers.push(child);
  await once(child.stdout, "data");
  return child;
}

async function seen(what: string): Promise<string[]> {
  const { rows } = await pool.query("select id, executor from seen where what = $1 order by n", [what]);
  return rows.map((row: { id: string; executor: string }) => `${row.id}@${row.executor}`);
}

const eventually = <T>(read: () => Promise<T>, expected: T) =>
  vi.waitFor(async () => expect(await read()).toEqual(expected), { timeout: 20_000, interval: 50 });

test("work of a process that was killed goes on in another, which repeats the open step only", async () => {
  const first = await worker("one");
  await worker("two");
  first.stdin?.write("a p1\n");
  await eventually(async () => (await seen("begun")).length, 1);
  const holder = (await seen("begun"))[0]?.split("@")[1];
  const [dead, living] = holder === "one" ? [workers[0], "two"] : [workers[1], "one"];
  dead?.kill("SIGKILL");
  await eventually(() => seen("begun"), [`a@${holder}`, `a@${living}`]);
  await pool.query("insert into gate values (1)");
  await eventually(() => seen("done"), [`a@${living}`]);
  expect(await seen("first")).toHaveLength(1);
});

test("one partition runs one workflow at a time, also after its process died; another partition does not wait", async () => {
  const first = await worker("one");
  first.stdin?.write("a p1\nb p1\nc p2\n");
  await eventually(async () => (await seen("begun")).toSorted(), ["a@one", "c@one"]);
  first.kill("SIGKILL");
  await worker("two");
  await eventually(async () => (await seen("begun")).toSorted(), ["a@one", "a@two", "c@one", "c@two"]);
  await pool.query("insert into gate values (1)");
  await eventually(async () => (await seen("done")).toSorted(), ["a@two", "b@two", "c@two"]);
});

test("a process that loses the database for a moment is not taken for dead, and its work goes on where it was", async () => {
  const line = await cuttableLine(database.url);
  try {
    const first = await worker("one", line.url);
    first.stdin?.write("a p1\n");
    await eventually(() => seen("begun"), ["a@one"]);
    await worker("two");
    for (const momentMs of [700, 700, 700]) {
      line.cut();
      await new Promise((resolve) => setTimeout(resolve, momentMs)); // the length of the outage is what is tried here
      line.mend();
      await eventually(() => locksOf("one"), 1);
      await new Promise((resolve) => setTimeout(resolve, 1_500)); // so that no two sweeps in a row fall into two outages
    }
    await pool.query("insert into gate values (1)");
    await eventually(() => seen("done"), ["a@one"]);
    expect((await seen("begun")).filter((each) => each !== "a@one")).toEqual([]);
  } finally {
    await line.close();
  }
});

test("work that was asked for just before an outage is begun after it", async () => {
  const line = await cuttableLine(database.url);
  try {
    const only = await worker("one", line.url);
    only.stdin?.write("a p1\nb p1\n");
    await eventually(() => seen("begun"), ["a@one"]);
    line.cut();
    await pool.query("insert into gate values (1)");
    await new Promise((resolve) => setTimeout(resolve, 4_000)); // longer than the queue's and the engine's first tries
    line.mend();
    await eventually(() => seen("done"), ["a@one", "b@one"]);
  } finally {
    await line.close();
  }
});

/** How many connections prove an executor alive. */
async function locksOf(executor: string): Promise<number> {
  const taken = await pool.query(
    "select count(*)::int as n from pg_locks where locktype = 'advisory' and granted and ((classid::bigint << 32) | objid::bigint) = hashtextextended($1, 74203)",
    [executor],
  );
  return taken.rows[0].n;
}

test("work that nobody was told of is found all the same", async () => {
  await worker("one");
  const client = await DBOSClient.create({
    systemDatabaseUrl: database.url,
    systemDatabaseSchemaName: "dbos",
    applicationName: "meridian",
  });
  const queued = {
    queueName: "waiting",
    workflowName: "waiting",
    workflowID: "untold",
    queuePartitionKey: "p",
    appVersion: "1",
  };
  await client.enqueue(queued, "untold");
  await client.destroy();
  await eventually(() => seen("begun"), ["untold@one"]);
});

test("queues without work ask the database next to nothing", async () => {
  await worker("one");
  const transactions = async (): Promise<number> => {
    await pool.query("select pg_stat_force_next_flush(), pg_stat_clear_snapshot()");
    const { rows } = await pool.query(
      "select xact_commit::int as n from pg_stat_database where datname = current_database()",
    );
    return rows[0].n;
  };
  const before = await transactions();
  const started = performance.now();
  await vi.waitFor(() => expect(performance.now() - started).toBeGreaterThan(3_000), {
    timeout: 10_000,
    interval: 500,
  });
  const aSecond = (await transactions()) - before;
  // Three looks a second at the queue, two of maintenance, the presence of the process; at the poller's own pace it would be 200.
  expect(aSecond / ((performance.now() - started) / 1_000)).toBeLessThan(40);
});
