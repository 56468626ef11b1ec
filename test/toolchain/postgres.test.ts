import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ensurePostgres, findPostgres, keepPostgres, stopPostgres } from "../../toolchain/postgres/index.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-postgres-")); // mode 0700, as a private checkout is
});

afterEach(async () => {
  await stopPostgres(dataDir);
  const placed = await readFile(path.join(dataDir, "postgres.folder"), "utf8").catch(() => undefined);
  if (placed !== undefined) await rm(placed, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query(sql);
  await client.end();
  return result.rows[0];
}

test("two starters at once get the same server, and what is written survives its restart", async () => {
  const [a, b] = await Promise.all([ensurePostgres({ dataDir }), ensurePostgres({ dataDir })]);
  expect(a.pid).toBe(b.pid);
  expect([a.started, b.started].sort()).toEqual([false, true]);
  await ask(a.url, "create table kept (n int)");
  await stopPostgres(dataDir);
  const again = await ensurePostgres({ dataDir });
  expect(again.started).toBe(true);
  expect(await ask(again.url, "select count(*)::int as n from kept")).toEqual({ n: 0 });
});

test("a wrong password is refused", async () => {
  const { url } = await ensurePostgres({ dataDir });
  const wrong = new URL(url);
  wrong.password = "wrong";
  await expect(ask(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
});

test("a server that is killed under its keeper is started again at the same address, with what was written", async () => {
  const restarted: number[] = [];
  const kept = await keepPostgres({
    dataDir,
    everyMs: 50,
    onRestarted: (pid) => restarted.push(pid),
    onFailed: () => undefined,
  });
  try {
    await ask(kept.url, "create table kept (n int)");
    const killed = (await findPostgres(dataDir)) ?? Number.NaN;
    process.kill(killed, "SIGKILL");
    await vi.waitFor(() => expect(restarted).toHaveLength(1), { timeout: 30_000 });
    expect(await ask(kept.url, "select count(*)::int as n from kept")).toEqual({ n: 0 });
    expect(await findPostgres(dataDir)).toBe(restarted[0]);
    expect(restarted[0]).not.toBe(killed);
  } finally {
    await kept.stop();
  }
});
