import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type OpenDatabase, openDatabase } from "../../../api/db/database.ts";
import { migrate } from "../../../api/db/migrate.ts";
import { type MasterKeyring, openMasterKeyring } from "../../../api/masterKeys/masterKeyring.ts";
import { createMasterKeyService, type MasterKeyService } from "../../../api/masterKeys/masterKeyService.ts";
import { rootKeys } from "../../../api/masterKeys/rootKeys.ts";
import { createSealing } from "../../../api/state/secrets/sealing.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { begun, deploymentOf, protocolClient, succeeded, thing } from "../support/protocolClient.ts";
import { startTestBackend, TEAM, type TestBackend } from "../support/testBackend.ts";

const ANNOUNCED_MS = 150;
const SECRET = "4dabf18193072939515e22adb298388d";
const admin = { id: "key_admin", name: "admin", person: "admin", role: "admin", team: undefined } as const;
const logger = pino({ level: "silent" });

/** A control process: a ring of its own over the database that all share. */
interface Process {
  readonly keyring: MasterKeyring;
  readonly backend: TestBackend;
}

let owned: TestDatabase;
let database: OpenDatabase;
let one: Process;
let other: Process;
let keys: MasterKeyService;
const root = randomBytes(32).toString("base64");
const source = rootKeys(root, { name: "environment", madeAt: undefined, where: "MERIDIAN_MASTER_KEY" });

async function startProcess(): Promise<Process> {
  const keyring = await openMasterKeyring({ db: database.db, source, logger });
  return { keyring, backend: await startTestBackend({ database, keyring }) };
}

beforeAll(async () => {
  owned = await testDatabase();
  database = openDatabase(owned.url, () => undefined);
  await migrate(database);
  await database.db.insertInto("teams").values({ name: TEAM }).execute();
  [one, other] = await Promise.all([startProcess(), startProcess()]);
  const { resealing } = one.backend.state;
  keys = createMasterKeyService({ source, resealing, clock: { now: () => new Date() }, announceMs: ANNOUNCED_MS });
});
afterAll(async () => {
  for (const process of [one, other]) process?.keyring.close();
  await one?.backend.close(); // closes the database that both share
  await owned?.drop();
});

async function rotate(): Promise<number> {
  const { version } = await database.db.transaction().execute((tx) => keys.rotate(tx, admin));
  return version;
}

const retire = (version: number, loseConfigurationSecrets = false) =>
  database.db.transaction().execute((tx) => keys.retire(tx, admin, { version, loseConfigurationSecrets }));

async function learn(...processes: Process[]): Promise<void> {
  await Promise.all(processes.map(({ keyring }) => keyring.refresh()));
}

async function active(version: number, ...processes: Process[]): Promise<void> {
  await learn(...processes);
  const versions = () => processes.map(({ keyring }) => keyring.version);
  await vi.waitFor(() => expect(versions()).toEqual(processes.map(() => version)), { interval: 10 });
}

async function resealAll({ backend }: Process): Promise<void> {
  while ((await backend.state.resealing.batch()) > 0);
}

/** A secret of the stack as its client gets it sealed, and what it opens to. */
async function encrypt({ backend }: Process, stack: string, text: string): Promise<string> {
  const body = { plaintext: Buffer.from(text).toString("base64") };
  return (await backend.call("POST", `${stack}/encrypt`, { body })).body.ciphertext;
}
async function decrypt({ backend }: Process, stack: string, ciphertext: string): Promise<string> {
  const { status, body } = await backend.call("POST", `${stack}/decrypt`, { body: { ciphertext } });
  return status === 200 ? Buffer.from(body.plaintext, "base64").toString() : body.message;
}

const secretive = (name: string, ciphertext: string) =>
  thing(name, { password: { [SECRET]: "1b47061264138c4ac30d75fd1eb44270", ciphertext } });

const versionOf = (ciphertext: string) => Buffer.from(ciphertext, "base64").readUInt16BE(1);

/** The versions in the headers of the sealed values themselves, whatever the columns say. */
async function versionsAtRest(): Promise<readonly number[]> {
  const { rows } = await sql<{ version: number }>`
    select distinct get_byte(sealed, 1) * 256 + get_byte(sealed, 2) as version from (
      select sealed from journal_entries union all select sealed from checkpoints union all select sealed from engine_events) as s
    order by version`.execute(database.db);
  return rows.map(({ version }) => version);
}

test("a rotation in the middle of updates in two processes: each goes on, each version is readable, and nothing stays under the old key", async () => {
  const [mine, theirs] = [protocolClient(one.backend), protocolClient(other.backend)];
  const stack = await mine.makeStack();
  const secret = await encrypt(one, stack, "swordfish");
  const first = await mine.start(stack);
  await first.journal(begun(1, "creating", secretive("a", secret)), succeeded(1, secretive("a", secret)));
  await first.complete();
  const running = await mine.start(stack);
  const last = { ...begun(1, "creating", secretive("b", secret)), sequenceID: 1 };
  expect((await running.journal(last)).status).toBe(200);

  const version = await rotate();
  await active(version, one, other);
  const away = await theirs.makeStack();
  expect(versionOf(await encrypt(other, away, "x"))).toBe(version);
  await resealAll(other);
  // A client that did not get its answer sends the entry again, now that the stored one is under another key.
  expect((await running.journal(last)).status).toBe(200);
  expect((await running.journal({ ...last, operationID: 2 })).body.message).toMatch(
    /recorded before with other content/,
  );
  expect((await running.journal({ ...succeeded(1, secretive("b", secret)), sequenceID: 2 })).status).toBe(200);
  await expect(retire(version - 1)).rejects.toThrow(/1 running update\(s\) began while version 1 was in use/);
  expect((await running.complete()).status).toBe(200);

  await resealAll(one);
  expect(await versionsAtRest()).toEqual([version]);
  for (const [number, names] of [
    [1, ["a"]],
    [2, ["a", "b"]],
  ] as const) {
    const { body } = await one.backend.call("GET", `${stack}/export/${number}`);
    const found = body.deployment.resources.map((resource: ReturnType<typeof thing>) => resource.inputs?.["password"]);
    expect(found).toHaveLength(names.length);
    for (const { ciphertext } of found) {
      expect(versionOf(ciphertext)).toBe(version);
      expect(await decrypt(other, stack, ciphertext)).toBe("swordfish");
    }
  }
  expect((await retire(version - 1)).status).toBe("retired");
  await learn(one, other);
  expect(await decrypt(one, stack, secret)).toMatch(/master key version 1, which is retired.*Set the secret again/);
});

test("a process that has not learnt of a version is told to come again, and knows it then", async () => {
  const { makeStack } = protocolClient(one.backend);
  const stack = await makeStack();
  const version = await rotate();
  await active(version, one);
  const secret = await encrypt(one, stack, "swordfish");
  expect(versionOf(secret)).toBe(version);
  const late = await openMasterKeyring({ db: database.db, source, logger });
  const behind = { ...late, version: version - 1, oldest: late.oldest, fingerprintKey: late.fingerprintKey };
  const lateBackend = await startTestBackend({
    database: { ...database, close: async () => undefined },
    keyring: { ...behind, masterKey: (asked) => (asked === version ? other.keyring : late).masterKey(asked) },
  });
  const { status, headers } = await lateBackend.call("POST", `${stack}/decrypt`, { body: { ciphertext: secret } });
  expect([status, headers.has("retry-after")]).toEqual([429, true]);
  await vi.waitFor(async () =>
    expect(await decrypt({ ...one, backend: lateBackend }, stack, secret)).toBe("swordfish"),
  );
  late.close();
  await lateBackend.close();
});

test("nothing can be sealed under a retired version, even by a process that missed the retirement", async () => {
  const version = one.keyring.version;
  const { makeStack } = protocolClient(one.backend);
  const stack = await makeStack();
  const { id } = (await one.backend.call("GET", stack)).body;
  const next = await rotate();
  await active(next, one, other);
  await resealAll(one);

  // It has sealed and is about to commit when the retirement is asked for: the retirement waits, and then sees the row.
  const stale = createSealing({ ...frozen(other.keyring, version) });
  const sealed = stale.seal({ stackId: id, row: "checkpoint/9" }, "{}");
  const committing = Promise.withResolvers<void>();
  const writing = database.db.transaction().execute(async (tx) => {
    await tx.insertInto("checkpoints").values({ stackId: id, version: 9, sealed }).execute();
    await committing.promise;
  });
  await delay(50);
  const asked = retire(version).then(
    () => "retired",
    (error: Error) => error.message,
  );
  await vi.waitFor(async () => expect(await waitingForLocks()).toBeGreaterThan(0), { interval: 20 });
  committing.resolve();
  await writing;
  expect(await asked).toMatch(/1 row\(s\) are still sealed under version \d+ .*checkpoints: 1/);

  await resealAll(one);
  expect((await retire(version)).status).toBe("retired");
  const late = database.db.insertInto("checkpoints").values({ stackId: id, version: 10, sealed }).execute();
  await expect(late).rejects.toThrow(/is retired, and nothing may be sealed under it/);
});

test("a version is kept while a configuration file was last used with a secret under it, and its stack is named", async () => {
  const { makeStack } = protocolClient(one.backend);
  const stack = await makeStack("configured");
  const version = one.keyring.version;
  const secure = await encrypt(one, stack, "swordfish");
  const config = {
    "game:password": { string: secure, secret: true, object: false },
    "game:nested": { string: `{"deep":{"secure":"${secure}"}}`, secret: true, object: true },
    "game:foreign": { string: "v1:abc:def", secret: true, object: false },
    "game:plain": { string: secure, secret: false, object: false },
  };
  const asked = (given: object) =>
    one.backend.call("POST", `${stack}/preview`, { body: { config: given, options: { dryRun: true }, metadata: {} } });
  await asked(config);
  const next = await rotate();
  await active(next, one, other);
  await resealAll(one);
  await expect(retire(version)).rejects.toThrow(/configuration files of studio\/game\/configured came with secrets/);

  const { request } = await database.db
    .selectFrom("updates")
    .select("request")
    .where("requestKeyVersion", "=", next)
    .executeTakeFirstOrThrow();
  const kept = (request as { config: typeof config }).config; // as it was sent above
  expect(versionOf(kept["game:password"].string)).toBe(next);
  expect(await decrypt(other, stack, JSON.parse(kept["game:nested"].string).deep.secure)).toBe("swordfish");
  expect([kept["game:foreign"].string, kept["game:plain"].string]).toEqual(["v1:abc:def", secure]);

  await asked(kept);
  expect((await retire(version)).status).toBe("retired");
});

test("a batch that fails, as when the database goes, leaves nothing behind for the pass that follows", async () => {
  const { makeStack } = protocolClient(one.backend);
  const { id } = (await one.backend.call("GET", await makeStack())).body;
  const sealing = createSealing(one.keyring);
  const rows = [1, 2, 3].map((version) => {
    const sealed = sealing.seal({ stackId: id, row: `checkpoint/${version}` }, "{}");
    return { stackId: id, version, sealed };
  });
  await database.db.insertInto("checkpoints").values(rows).execute();
  const spoiled = rows[2]?.sealed.map((byte, index) => (index === 20 ? byte ^ 1 : byte));
  const set = (sealed: Uint8Array | undefined) =>
    sql`update checkpoints set sealed = ${Buffer.from(sealed ?? [])} where stack_id = ${id} and version = 3`.execute(
      database.db,
    );
  await set(spoiled);
  const next = await rotate();
  await active(next, one, other);
  await expect(resealAll(one)).rejects.toThrow(/cannot be opened/);
  await set(rows[2]?.sealed);
  await resealAll(one);
  expect(await versionsAtRest()).toEqual([next]);
});

test("every table with sealed values is counted, resealed, and watched over by the database", async () => {
  const { rows } = await sql<{ name: string; watched: boolean }>`
    select c.table_name as name, exists (select from information_schema.triggers t
      where t.event_object_table = c.table_name and t.trigger_name = 'note_key_version') as watched
    from information_schema.columns c where c.table_schema = 'meridian' and c.column_name = 'sealed' order by 1`.execute(
    database.db,
  );
  expect(rows).toEqual(["checkpoints", "engine_events", "journal_entries"].map((name) => ({ name, watched: true })));
});

test("what is announced, active or unknown is not retired", async () => {
  await expect(retire(one.keyring.version)).rejects.toThrow(/is active: rotate to another first/);
  await expect(retire(60_000)).rejects.toMatchObject({ code: "not-found" });
  const next = await rotate();
  await expect(rotate()).rejects.toThrow(/becomes active at .*: wait for it/);
  await expect(retire(next)).rejects.toThrow(/is announced/);
});

test("state that comes in with secrets under an older key is stored with them under the newest", async () => {
  await active((await keys.list(database.db))[0]?.version ?? 0, one, other);
  const { makeStack } = protocolClient(one.backend);
  const stack = await makeStack();
  const secret = await encrypt(one, stack, "swordfish");
  const next = await rotate();
  await active(next, one, other);
  expect(
    (await one.backend.call("POST", `${stack}/import`, { body: deploymentOf(secretive("a", secret)) })).status,
  ).toBe(200);
  const { body } = await one.backend.call("GET", `${stack}/export`);
  expect(versionOf(body.deployment.resources[0].inputs.password.ciphertext)).toBe(next);
});

function frozen(keyring: MasterKeyring, version: number) {
  const key = keyring.masterKey(version);
  return { version, oldest: version, fingerprintKey: keyring.fingerprintKey, masterKey: () => key };
}

async function waitingForLocks(): Promise<number> {
  const { rows } = await sql<{
    waiting: number;
  }>`select count(*)::int as waiting from pg_locks where not granted`.execute(database.db);
  return rows[0]?.waiting ?? 0;
}
