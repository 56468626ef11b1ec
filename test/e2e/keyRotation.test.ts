import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startMeridian } from "../cli/meridianProcess.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { inCloud } from "./supportLedger.ts";
import { SHOP } from "./supportPrograms.ts";

/** Every command is a process that loads an SDK, on a machine that others use too. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const SECRET = "swordfish-that-stays";

let service: TestService;
let laptop: Laptop;
let shop: Project;

beforeAll(async () => {
  service = await startTestService();
  laptop = await setUpLaptop(service);
  shop = await laptop.project("shop", SHOP);
  await shop.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
});

const keys = (...args: string[]) =>
  startMeridian(["keys", ...args], { MERIDIAN_URL: service.url, MERIDIAN_KEY: service.adminKey }).ended;

async function keysOk(...args: string[]): Promise<string> {
  const { exitCode, out, err } = await keys(...args);
  expect(exitCode, err).toBe(0);
  return out;
}

async function setCallTime(callMs: number): Promise<void> {
  const { status } = await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs } });
  expect(status).toBe(200);
}

interface ListedKey {
  readonly version: number;
  readonly status: string;
  readonly root: string;
  readonly sealed: Readonly<Record<string, number>>;
}

async function listed(): Promise<readonly ListedKey[]> {
  return (await service.call("GET", "/v1/master-keys")).body.items;
}

async function nothingUnder(version: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { sealed } = (await listed()).find((key) => key.version === version) ?? { sealed: { gone: 1 } };
      expect(
        Object.values(sealed).every((rows) => rows === 0),
        JSON.stringify(sealed),
      ).toBe(true);
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** The versions in the headers of all that is sealed in the database, and in the ciphertexts of recorded configurations. */
async function versionsAtRest(): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: service.databaseUrl, options: "-c search_path=meridian" });
  await client.connect();
  const { rows } = await client.query<{ version: number }>(`
    select distinct get_byte(sealed, 1) * 256 + get_byte(sealed, 2) as version from (
      select sealed from journal_entries union all select sealed from checkpoints union all select sealed from engine_events
      union all select decode(value ->> 'string', 'base64') from updates, jsonb_each(request -> 'config')
        where (value ->> 'secret')::boolean) as all_of_it
    order by version`);
  await client.end();
  return rows.map(({ version }) => version);
}

/** Starts a control process of the same settings, which is expected to end. @returns what it printed */
async function startAndFail(): Promise<string> {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const env = {
    PATH,
    HOME,
    XDG_CACHE_HOME,
    DATABASE_URL: service.databaseUrl,
    MERIDIAN_DATA_DIR: service.dataDir,
    PORT: "0",
  };
  const main = path.resolve(import.meta.dirname, "../../api/main.ts");
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (chunk) => (printed += String(chunk)));
  const [code] = await once(child, "close");
  expect(code).not.toBe(0);
  return printed;
}

/** Seals the secrets of the configuration file anew, and lets the service see it. */
async function renewFile(): Promise<void> {
  await shop.ok(["stack", "change-secrets-provider", "default", "-s", "turning"]);
  await shop.ok(["preview", "--expect-no-changes", "-s", "turning"]);
}

async function versionsExported(): Promise<number> {
  const { stdout } = await shop.ok(["stack", "history", "-s", "turning", "--json"]);
  const versions = (JSON.parse(stdout) as { version: number }[]).map(({ version }) => version); // what --json prints
  for (const version of versions) {
    const { stdout: state } = await shop.ok([
      "stack",
      "export",
      "-s",
      "turning",
      "--version",
      String(version),
      "--show-secrets",
    ]);
    expect(state, `version ${version}`).toContain(SECRET);
  }
  return versions.length;
}

test("a rotation in the middle of an update, with the service killed twice: the update ends well, every version exports, nothing is under the old key", async () => {
  await shop.ok(["stack", "init", "turning"]);
  const values = ["from=10.0.0.0/8", "aws:region=eu-west-1"].flatMap((value) => ["--plaintext", value]);
  await shop.ok(["config", "set-all", "-s", "turning", ...values, "--secret", `password=${SECRET}`]);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "turning"]);
  await shop.ok(["config", "set", "from", "10.1.0.0/16", "-s", "turning"]);

  await setCallTime(25_000);
  const up = shop.start(["up", "--yes", "--skip-preview", "-s", "turning"]);
  await up.printed("door updating");
  await keysOk("rotate");
  await service.kill("SIGKILL");
  await service.restart();
  await vi.waitFor(async () => expect((await listed())[0]).toMatchObject({ version: 2, status: "active" }), {
    timeout: 20_000,
    interval: 100,
  });
  await service.kill("SIGKILL");
  await service.restart();
  const { exitCode, output } = await up.ended;
  expect(exitCode, output).toBe(0);
  await setCallTime(0);
  expect(await inCloud(service, "shop/turning")).toEqual(["door", "network"]);

  await nothingUnder(1);
  expect(await versionsAtRest()).toEqual([2]);
  const refused = await keys("retire", "1");
  expect([refused.exitCode, refused.err]).toEqual([
    1,
    expect.stringMatching(/configuration files of default\/shop\/turning/),
  ]);
  await renewFile();
  expect(await keysOk("retire", "1")).toMatch(/retired/);
  expect(await versionsExported()).toBe(3);
  await shop.ok(["preview", "--expect-no-changes", "-s", "turning"]);
});

test("a stack works with the old root key gone, and a service without a root key that it needs does not start", async () => {
  const file = path.join(service.dataDir, "master.key");
  const old = await readFile(file, "utf8");
  const fresh = `${randomBytes(32).toString("base64")}\n`;
  await service.kill("SIGTERM");
  await writeFile(file, fresh);
  expect(await startAndFail()).toMatch(/wrapped under the root key [0-9a-f]{16}.*Put the missing key back/);
  await writeFile(file, `${fresh}${old}`);
  await service.restart();
  await keysOk("rotate", "--wait");
  await renewFile();
  await nothingUnder(2);
  await keysOk("retire", "2");
  const roots = (await listed()).filter(({ status }) => status !== "retired").map(({ root }) => root);
  expect(new Set(roots).size).toBe(1);

  await service.kill("SIGTERM");
  await writeFile(file, fresh);
  await service.restart();
  await shop.ok(["preview", "--expect-no-changes", "-s", "turning"]);
  expect(await versionsExported()).toBe(4);
  await shop.ok(["config", "set", "from", "10.2.0.0/16", "-s", "turning"]);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "turning"]);
  const output = await shop.ok(["stack", "output", "password", "--show-secrets", "-s", "turning"]);
  expect(output.stdout.trim()).toBe(SECRET);
});
