import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
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

const SECRET = "swordfish-in-escrow";
const PASSPHRASE = "a passphrase for the day after";

let folder: string;
let service: TestService;
let laptop: Laptop;
let shop: Project;
let keyFile: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-escrow-test-"));
  keyFile = path.join(folder, "escrow.key");
  const made = await startMeridian(["escrow", "keygen", "--out", keyFile], {}).ended;
  expect(made, made.err).toMatchObject({ exitCode: 0 });
  const publicKey = made.out.trim().replace("MERIDIAN_ESCROW_PUBLIC_KEY=", "");
  service = await startTestService({
    env: { MERIDIAN_ESCROW: `file://${folder}/escrow`, MERIDIAN_ESCROW_PUBLIC_KEY: publicKey },
  });
  laptop = await setUpLaptop(service);
  shop = await laptop.project("shop", SHOP);
  await shop.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

const opened = () => path.join(folder, "opened");
const files = () => ({ PULUMI_BACKEND_URL: `file://${opened()}`, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE });
const settingsOf = (stack: string) => path.join(shop.folder, `Pulumi.${stack}.yaml`);
const meridian = (...args: string[]) =>
  startMeridian(args, {
    MERIDIAN_URL: service.url,
    MERIDIAN_KEY: service.adminKey,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
  }).ended;
const adopt = async () => {
  const { exitCode, out, err } = await meridian("escrow", "adopt", "--from", `file://${opened()}`, "--json");
  expect(out, err).not.toBe("");
  const { stacks } = JSON.parse(out) as { stacks: { stack: string; outcome: string; detail: string }[] }; // what --json prints
  return {
    exitCode,
    stacks: Object.fromEntries(stacks.map(({ stack, outcome, detail }) => [stack, `${outcome}: ${detail}`])),
  };
};

async function makeStack(name: string): Promise<void> {
  await shop.ok(["stack", "init", name]);
  const values = ["from=10.0.0.0/8", "aws:region=eu-west-1"].flatMap((value) => ["--plaintext", value]);
  await shop.ok(["config", "set-all", "-s", name, ...values, "--secret", `password=${SECRET}`]);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", name]);
}

/** The service's tables are out of reach, and later back as they were: what a restored database is to a client. */
async function renameSchema(from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query(`alter schema ${from} rename to ${to}`);
  await client.end();
}

test("with service and database gone, plain pulumi goes on from the escrow without a change, and the service takes back what was done", async () => {
  await makeStack("live");
  await makeStack("idle");
  await vi.waitFor(
    async () => {
      const { body } = await service.call("GET", "/readyz");
      expect(body.checks.escrow).toEqual({ status: "ok", detail: "all stacks are copied" });
    },
    { timeout: 30_000, interval: 200 },
  );
  expect((await service.call("GET", "/metrics")).body).toMatch(/^meridian_escrow_waiting_stacks 0$/m);
  const ofService = await readFile(settingsOf("live"), "utf8");
  await service.kill("SIGKILL");
  await renameSchema("meridian", "gone");

  const open = await startMeridian(
    ["escrow", "open", "--from", `file://${folder}/escrow`, "--to", `file://${opened()}`, "--key", keyFile],
    { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE },
  ).ended;
  expect(open, open.err).toMatchObject({ exitCode: 0 });
  await writeFile(settingsOf("live"), await readFile(path.join(opened(), "projects/shop/Pulumi.live.yaml"), "utf8"));
  await shop.ok(["preview", "--expect-no-changes", "-s", "live"], files());
  const output = await shop.ok(["stack", "output", "password", "--show-secrets", "-s", "live"], files());
  expect(output.stdout.trim()).toBe(SECRET);
  const kept = await readFile(path.join(opened(), ".pulumi/stacks/shop/live.json"), "utf8");
  expect(kept).not.toContain(SECRET);
  await shop.ok(["config", "set", "from", "10.1.0.0/16", "-s", "live"], files());
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "live"], files());

  await renameSchema("gone", "meridian");
  await service.restart();
  expect(await adopt()).toEqual({
    exitCode: 0,
    stacks: { "shop/live": "adopted: version 2", "shop/idle": "unchanged: the service has it, version 1" },
  });
  await writeFile(settingsOf("live"), ofService);
  await shop.ok(["config", "set", "from", "10.1.0.0/16", "-s", "live"]);
  await shop.ok(["preview", "--expect-no-changes", "-s", "live"]);
  const back = await shop.ok(["stack", "output", "password", "--show-secrets", "-s", "live"]);
  expect(back.stdout.trim()).toBe(SECRET);
  expect(await inCloud(service, "shop/live")).toEqual(["door", "network"]);
  expect((await adopt()).stacks).toMatchObject({ "shop/live": "unchanged: the service has it, version 2" });
});

test("where both have moved, neither is touched and the stack is named; where only the service has, nothing is taken back", async () => {
  const ofService = await readFile(settingsOf("live"), "utf8");
  await shop.ok(["config", "set", "from", "10.3.0.0/16", "-s", "live"]);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "live"]);
  expect((await adopt()).stacks).toMatchObject({
    "shop/live": "unchanged: the service went on to version 3; nothing was done here",
  });
  const before = await shop.ok(["stack", "export", "-s", "live"]);

  await writeFile(settingsOf("live"), await readFile(path.join(opened(), "projects/shop/Pulumi.live.yaml"), "utf8"));
  await shop.ok(["config", "set", "from", "10.2.0.0/16", "-s", "live"], files());
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "live"], files());
  await writeFile(settingsOf("live"), ofService);
  const { exitCode, stacks } = await adopt();
  expect(exitCode).toBe(1);
  expect(stacks["shop/live"]).toMatch(/^conflict: both have moved: the service has version 3 by another update/);
  expect((await shop.ok(["stack", "export", "-s", "live"])).stdout).toBe(before.stdout);
});

test("an escrow is opened by its key alone, into a new folder, with a passphrase", async () => {
  const [from, to] = [`file://${folder}/escrow`, `file://${folder}/other`];
  const other = path.join(folder, "other.key");
  await startMeridian(["escrow", "keygen", "--out", other], {}).ended;
  const env = { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
  const run = (args: readonly string[], given: NodeJS.ProcessEnv = env) =>
    startMeridian(["escrow", ...args], given).ended;
  const refused = async (args: readonly string[], reason: RegExp, given?: NodeJS.ProcessEnv) => {
    const { exitCode, err } = await run(args, given);
    expect([exitCode, err]).toEqual([1, expect.stringMatching(reason)]);
    expect(err).not.toContain("    at ");
  };
  await refused(["open", "--from", from, "--to", to, "--key", other], /sealed for another key/);
  await refused(["open", "--from", from, "--to", `file://${opened()}`, "--key", keyFile], /is not empty/);
  await refused(["open", "--from", from, "--to", to, "--key", keyFile], /Set PULUMI_CONFIG_PASSPHRASE/, {});
  await refused(["open", "--from", `file://${folder}`, "--to", to, "--key", keyFile], /holds no escrow/);
  await refused(["open", "--from", from, "--to", to, "--key", path.join(folder, "none")], /cannot be used/);
  await refused(
    ["open", "--from", from, "--to", to, "--key", keyFile, "--team", "rivals"],
    /no stack of the team rivals/,
  );
  await refused(["keygen", "--out", keyFile], /cannot be written/);
  await refused(["adopt", "--from", from], /import-backend/, { ...env, MERIDIAN_KEY: service.adminKey });
});
