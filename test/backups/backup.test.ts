import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { copyFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import pg from "pg";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backupDatabase, restoreDatabase, verifyBackup } from "../../api/backups/index.ts";
import { openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import type { KeySource } from "../../api/masterKeys/keySource.ts";
import { openMasterKeyring } from "../../api/masterKeys/masterKeyring.ts";
import { rootKeys } from "../../api/masterKeys/rootKeys.ts";
import { createSealing } from "../../api/state/secrets/sealing.ts";
import { testDatabase } from "../support/database.ts";
import { tablesOf } from "./support/tables.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const rootKey = Buffer.alloc(32, 7);
const keys = keysOf(rootKey);

let folder: string;
let source: { readonly url: string; drop(): Promise<void> };
let file: string;
const made: { drop(): Promise<void> }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-backup-"));
  source = await emptyDatabase();
  await fill(source.url);
  file = path.join(folder, "backup");
  await backupDatabase({ databaseUrl: source.url, keys, now: NOW }, createWriteStream(file, { mode: 0o600 }));
});
afterAll(async () => {
  for (const database of made) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test("what was backed up is restored to the last bit, counters included", async () => {
  const copy = await emptyDatabase();
  const summary = await restoreDatabase(file, { databaseUrl: copy.url, keys, now: NOW, replace: false });
  expect(summary).toMatchObject({ backupMadeAt: NOW.toISOString(), quarantine: expect.stringMatching(/^qu_/) });
  const [before, after] = [await tablesOf(source.url), await tablesOf(copy.url)];
  expect(after["quarantines"]).toHaveLength(1);
  // These are what a restore changes: what was under way has lost its lease, its tokens and its place in a queue.
  for (const name of ["quarantines", "updates", "operation_tokens", "idempotency_keys"]) {
    delete before[name];
    delete after[name];
  }
  expect(after).toEqual(before);
  expect(Object.values(before).flat().length).toBeGreaterThan(10);
  const next = await query(
    copy.url,
    "insert into meridian.audit_log (actor, actor_name, action, subject, outcome) values ('a', 'a', 'a', 'a', 'done') returning id",
  );
  expect(Number(next[0]?.["id"])).toBe(3);
});

test("an update that was under way has no lease any more, and its tokens are gone", async () => {
  const copy = await emptyDatabase();
  await restoreDatabase(file, { databaseUrl: copy.url, keys, now: NOW, replace: false });
  expect(await query(source.url, "select lease_hash is null as void from meridian.updates")).toEqual([{ void: false }]);
  expect(await query(copy.url, "select lease_hash is null as void, status from meridian.updates")).toEqual([
    { void: true, status: "running" },
  ]);
  expect(await query(copy.url, "select * from meridian.operation_tokens")).toEqual([]);
});

test("a backup tells nothing of what is in it without the master key", async () => {
  const bytes = await readFile(file);
  expect(bytes.includes("back\\\\slash")).toBe(false);
  expect(bytes.includes("launch")).toBe(false);
  expect(bytes.includes(rootKey)).toBe(false);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a backup is verified without a database", async () => {
  const { header, tables } = await verifyBackup(file, keys);
  expect(header).toMatchObject({ madeAt: NOW.toISOString(), keys: [{ version: 0 }, { version: 1 }] });
  expect(tables.find(({ name }) => name === "audit_log")).toEqual({ name: "audit_log", rows: 2 });
});

test("a backup that was changed anywhere, or cut, is refused whole, and nothing is written", async () => {
  const copy = await emptyDatabase();
  const { size } = await stat(file);
  const spoiled = path.join(folder, "spoiled");
  const positions = [
    0,
    30,
    200,
    ...Array.from({ length: 12 }, (_, at) => Math.floor((size * (at + 1)) / 13)),
    size - 1,
  ];
  for (const position of positions) {
    await copyFile(file, spoiled);
    const handle = await open(spoiled, "r+");
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
    await handle.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, position);
    await handle.close();
    await expect(restore(spoiled, copy.url), `byte ${position} of ${size}`).rejects.toThrow(
      /not whole|not one of a backup|not JSON|does not begin|root key|cut/,
    );
  }
  for (const length of [0, 10, 100, Math.floor(size / 2), size - 17, size - 1]) {
    await copyFile(file, spoiled);
    await truncate(spoiled, length);
    await expect(restore(spoiled, copy.url), `cut to ${length} of ${size}`).rejects.toThrow(
      /cut|not whole|does not begin/,
    );
  }
  expect(await query(copy.url, "select 1 from pg_namespace where nspname = 'meridian'")).toEqual([]);
});

test("a frame cannot be left out or put behind the end", async () => {
  const bytes = await readFile(file);
  const longer = path.join(folder, "longer");
  await writeFile(longer, Buffer.concat([bytes, bytes.subarray(bytes.length - 21)]));
  await expect(verifyBackup(longer, keys)).rejects.toThrow(/behind its end/);
});

test("a backup names the root keys that are missing, for each version of the master key that is in it", async () => {
  const rotated = await emptyDatabase();
  await fill(rotated.url);
  const both = keysOf(Buffer.alloc(32, 8), rootKey);
  const { root, wrapped } = await both.wrap(randomBytes(32), "meridian master key 2");
  const values = `(2, '${root}', '\\x${wrapped.toString("hex")}', 'me', now())`;
  await query(
    rotated.url,
    `insert into meridian.master_keys (version, root, wrapped, created_by, active_at) values ${values}`,
  );
  const two = path.join(folder, "two-keys");
  const summary = await backupDatabase({ databaseUrl: rotated.url, keys: both, now: NOW }, createWriteStream(two));
  expect(summary.rootKeys).toHaveLength(2);
  const copy = await emptyDatabase();
  await expect(restore(two, copy.url)).rejects.toMatchObject({
    code: "missing-key",
    message: expect.stringContaining(`version 2 needs the root key ${root}`),
  });
  const options = { databaseUrl: copy.url, keys: keysOf(Buffer.alloc(32, 9)), now: NOW, replace: false };
  await expect(restoreDatabase(file, options)).rejects.toThrow(/version 0 needs .*; version 1 needs the root key/);
  expect(await query(copy.url, "select 1 from pg_namespace where nspname = 'meridian'")).toEqual([]);
  await restoreDatabase(two, { ...options, keys: both });
  expect(await query(copy.url, "select version from meridian.master_keys order by 1")).toHaveLength(3);
});

test("a database that is in use by a service is neither filled nor thrown away", async () => {
  const copy = await emptyDatabase();
  await fill(copy.url);
  const before = await tablesOf(copy.url);
  await expect(restore(file, copy.url)).rejects.toMatchObject({ code: "not-empty" });
  const client = new pg.Client({ connectionString: copy.url, application_name: "a control process" });
  await client.connect();
  const options = { databaseUrl: copy.url, keys, now: NOW, replace: true };
  await expect(restoreDatabase(file, options)).rejects.toThrow(/1 other connections .* a control process/);
  expect(await tablesOf(copy.url)).toEqual(before);
  await client.end();
  await restoreDatabase(file, options);
  expect(await query(copy.url, "select count(*) as open from meridian.quarantines where released_at is null")).toEqual([
    { open: 1 },
  ]);
});

test("a database without a service is told apart from one with an empty service", async () => {
  const { url } = await emptyDatabase();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await expect(backupDatabase({ databaseUrl: url, keys, now: NOW }, nowhere)).rejects.toMatchObject({
    code: "not-a-service",
  });
});

test("a backup is of one moment, though the service goes on writing while it is read", async () => {
  const busy = await emptyDatabase();
  await fill(busy.url);
  // So much that the backup waits for its reader long before it comes to the last table.
  await query(
    busy.url,
    "insert into meridian.checkpoints (stack_id, version, sealed) select id, 2, '\\x010001'::bytea || decode(repeat(md5(random()::text) || md5(random()::text), 200000), 'hex') from meridian.stacks",
  );
  await query(busy.url, "update meridian.checkpoints set sealed = sealed || sha256(sealed) where version = 2");
  const before = await tablesOf(busy.url);
  const chunks: Buffer[] = [];
  let wrote = false;
  const slow = new Writable({
    async write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      if (!wrote) {
        wrote = true;
        await query(
          busy.url,
          "insert into meridian.teams (name) values ('later'); insert into meridian.verdicts (verdict) values ('{}')",
        );
      }
      done();
    },
  });
  await backupDatabase({ databaseUrl: busy.url, keys, now: NOW }, slow);
  const held = path.join(folder, "held");
  await writeFile(held, Buffer.concat(chunks));
  const copy = await emptyDatabase();
  await restore(held, copy.url);
  const after = await tablesOf(copy.url);
  expect([after["teams"], after["verdicts"]]).toEqual([before["teams"], before["verdicts"]]);
  expect((await tablesOf(busy.url))["verdicts"]).toHaveLength(1);
});

const restore = (from: string, databaseUrl: string) =>
  restoreDatabase(from, { databaseUrl, keys, now: NOW, replace: false });

function keysOf(...roots: readonly Buffer[]): KeySource {
  const text = roots.map((key) => key.toString("base64")).join("\n");
  return rootKeys(text, { name: "environment", madeAt: undefined, where: "MERIDIAN_MASTER_KEY" });
}

async function emptyDatabase() {
  const database = await testDatabase();
  made.push(database);
  return database;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(text);
    return rows;
  } finally {
    await client.end();
  }
}

/** A service's tables with rows that are hard to copy: bytes, quotes, tabs, nulls, circles, and more than one piece. */
async function fill(url: string): Promise<void> {
  const database = openDatabase(url, () => undefined);
  await migrate(database);
  const keyring = await openMasterKeyring({ db: database.db, source: keys, logger: pino({ level: "silent" }) });
  keyring.close();
  await database.close();
  const stack = "00000000-0000-7000-8000-000000000001";
  const update = "00000000-0000-7000-8000-000000000002";
  const sealed = createSealing(keyring).seal({ stackId: stack, row: "checkpoint/1" }, randomBytes(300_000));
  const client = new pg.Client({ connectionString: url, options: "-c search_path=meridian" });
  await client.connect();
  await client.query("insert into teams (name) values ('default')");
  await client.query(
    "insert into audit_log (actor, actor_name, action, subject, outcome, details) values ($1, $2, 'a', 'b', 'done', $3), ('b', '', 'a', 'b', 'done', '{}')",
    ["back\\slash\ttab\nline\r\\N\\.", "ünï ☃ 🚀", { "a\u2028b": [null, 1e-7, "'\""] }],
  );
  await client.query("begin");
  await client.query(
    "insert into stacks (id, team, project, name, doors, active_update, config) values ($1, 'default', 'meridian', 'launch', '{cli,service}', $2, null)",
    [stack, update],
  );
  await client.query(
    "insert into updates (id, stack_id, kind, dry_run, status, version, door, requested_by, lease_hash, lease_expires_at, request) values ($1, $2, 'update', false, 'running', 1, 'cli', 'me', $3, now() + interval '1 hour', '{}')",
    [update, stack, randomBytes(32)],
  );
  await client.query("commit");
  await client.query("insert into checkpoints (stack_id, version, sealed) values ($1, 1, $2)", [stack, sealed]);
  for (let sequence = 1; sequence <= 40; sequence += 1)
    await client.query(
      "insert into journal_entries (update_id, sequence, kind, operation_id, has_state, watched, digest, sealed) values ($1, $2, 5, $2, false, false, $3, $4)",
      [
        update,
        sequence,
        randomBytes(16),
        createSealing(keyring).seal(
          { stackId: stack, row: `journal/${update}/${sequence}` },
          randomBytes(sequence * 1000),
        ),
      ],
    );
  await client.end();
}
