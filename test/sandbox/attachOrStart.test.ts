import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { attachOrStart } from "../../sandbox/index.ts";
import { isAlive } from "../../sandbox/runFile.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

let dataDir: string;
let database: TestDatabase;
let started: Set<number>;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-test-sandbox-"));
  database = await testDatabase();
  started = new Set();
});

afterEach(async () => {
  for (const pid of started) await end(pid, "SIGTERM");
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function attach() {
  const sandbox = await attachOrStart({ dataDir, databaseUrl: database.url });
  if (sandbox.pid !== process.pid) started.add(sandbox.pid);
  return sandbox;
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (isAlive(pid)) process.kill(pid, signal);
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000, interval: 20 });
}

const runFile = () => path.join(dataDir, "sandbox", "run.json");

test("the first starts a sandbox, the second attaches to it, and what is written down of it is private", async () => {
  const first = await attach();
  expect(await attach()).toEqual(first);
  expect((await stat(runFile())).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(runFile(), "utf8"))).toMatchObject({ ...first, startedAt: expect.any(String) });
  const answer = await fetch(`http://127.0.0.1:${first.httpPort}/healthz`, {
    headers: { authorization: `Bearer ${first.token}` },
  });
  expect(await answer.json()).toMatchObject({ status: "ok", pid: first.pid });
});

test("several starters at once end with one sandbox", async () => {
  const all = await Promise.all([attach(), attach(), attach(), attach()]);
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
});

test("a sandbox that ends cleanly takes its run file with it", async () => {
  const { pid } = await attach();
  await end(pid, "SIGTERM");
  await expect(stat(runFile())).rejects.toMatchObject({ code: "ENOENT" });
});

test("after a sandbox was killed the next starter makes a new one, and a lock left by a dead starter is no obstacle", async () => {
  const killed = await attach();
  await end(killed.pid, "SIGKILL");
  await writeFile(path.join(dataDir, "sandbox", "start.lock"), String(killed.pid));
  const next = await attach();
  expect(next.pid).not.toBe(killed.pid);
});

test("a run file whose process and port now belong to others is not taken for a sandbox", async () => {
  const first = await attach();
  await end(first.pid, "SIGTERM");
  const stranger = createServer((_request, response) => response.end('{"status": "ok", "pid": 1}'));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = stranger.address() as AddressInfo; // a listening TCP server has one
    const old = { ...first, pid: process.pid, httpPort: port, startedAt: "2026-01-01T00:00:00Z" };
    await writeFile(runFile(), JSON.stringify(old));
    expect((await attach()).httpPort).not.toBe(port);
  } finally {
    stranger.close();
    stranger.closeAllConnections();
  }
});

test("a sandbox that cannot reach its database says where to look", async () => {
  const attempt = attachOrStart({ dataDir, databaseUrl: "postgres://127.0.0.1:1/none" });
  await expect(attempt).rejects.toThrow("sandbox.log");
  expect(await readFile(path.join(dataDir, "sandbox", "sandbox.log"), "utf8")).toContain("could not start");
});
