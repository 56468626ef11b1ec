import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensurePostgres, stopPostgres } from "../../toolchain/postgres/index.ts";

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
