import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
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

async function worker(executorId: string): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, "worker.ts");
  const child = spawn(process.execPath, [script, database.url, executorId], { stdio: ["pipe", "pipe", "inherit"] });
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
