import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { changesMade, inCloud } from "./supportLedger.ts";
import { SHOP, VAULT } from "./supportPrograms.ts";
import { everythingStored } from "./supportTables.ts";

/** Every command is a process that loads an SDK; a test here is up to a dozen of them on a machine that others use too. */
vi.setConfig({ testTimeout: 300_000 });

let database: TestDatabase;
let service: TestService;
let laptop: Laptop;
let shop: Project;

beforeAll(async () => {
  database = await testDatabase();
  service = await startTestService({ env: { DATABASE_URL: database.url } });
  laptop = await setUpLaptop(service);
  shop = await laptop.project("shop", SHOP);
  await shop.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
  await database?.drop();
});

const WORLD = "0.0.0.0/0";
const OFFICE = "10.0.0.0/8";

/** A stack of the project `shop`, with the door for administrators open to a range. */
async function makeStack(name: string, from: string): Promise<void> {
  await shop.ok(["stack", "init", name]);
  await shop.ok([
    "config",
    "set-all",
    "-s",
    name,
    "--plaintext",
    `from=${from}`,
    "--plaintext",
    "aws:region=eu-west-1",
  ]);
}

test("a machine that has logged in knows who it is, and a wrong key gets nowhere", async () => {
  expect((await shop.ok(["whoami"])).stdout.trim()).toBe("admin");
  const wrong = await shop.pulumi(["whoami"], laptop.withKey("mk_a-key-of-nobody"));
  expect(wrong.exitCode).not.toBe(0);
  expect(wrong.output).toContain("Unauthorized");
});

test("a secret is read back by its owner, and stands in clear neither in the stack's file nor in any table", async () => {
  const secret = "swordfish-in-the-configuration";
  await makeStack("secrets", OFFICE);
  await shop.ok(["config", "set", "-s", "secrets", "--secret", "password", secret]);
  expect((await shop.ok(["config", "get", "password", "-s", "secrets"])).stdout.trim()).toBe(secret);
  const file = await readFile(path.join(shop.folder, "Pulumi.secrets.yaml"), "utf8");
  expect(file).toContain("secure:");
  expect(file).not.toContain(secret);

  await shop.ok(["up", "--yes", "-s", "secrets"]);
  const shown = await shop.ok(["stack", "output", "password", "--show-secrets", "-s", "secrets"]);
  expect(shown.stdout.trim()).toBe(secret);
  const stored = await everythingStored(database.url);
  expect(stored).toContain(OFFICE); // what is no secret is found in this way
  for (const coding of ["utf8", "base64", "hex"] as const) {
    expect(stored).not.toContain(Buffer.from(secret).toString(coding));
  }
  await shop.ok(["destroy", "--yes", "--skip-preview", "-s", "secrets"]);
});

test.each([
  ["that journals", {}],
  ["that sends checkpoints", { PULUMI_DISABLE_JOURNALING: "true" }],
])("a client %s and has no pack is refused a world-open port on the resource's own line", async (_, env) => {
  const stack = Object.keys(env).length === 0 ? "journal" : "checkpoint";
  await makeStack(stack, WORLD);
  const up = await shop.pulumi(["up", "--yes", "--skip-preview", "-s", stack], env);
  expect(up.exitCode).not.toBe(0);
  const line = up.output.split("\n").find((text) => /SecurityGroup door .*error:/.test(text));
  for (const part of [
    "security-no-open-management-port (mandatory, critical; pack meridian",
    'refuses aws:ec2/securityGroup:SecurityGroup "door": ingress[0] opens SSH to the whole internet.',
    "Remedy: Narrow the range to known networks",
  ]) {
    expect(line, up.output).toContain(part);
  }
  expect(await changesMade(service, `shop/${stack}`)).toEqual(["create network"]);
  expect(await inCloud(service, `shop/${stack}`)).toEqual(["network"]);
  await shop.ok(["destroy", "--yes", "--skip-preview", "-s", stack], env);
  await shop.ok(["stack", "rm", "--yes", stack]);
});

test("the clean twin goes up, shows no change, is refreshed, exported, imported back, taken down and removed", async () => {
  await makeStack("twin", OFFICE);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "twin"]);
  expect(await inCloud(service, "shop/twin")).toEqual(["door", "network"]);
  await shop.ok(["preview", "--expect-no-changes", "-s", "twin"]);
  await shop.ok(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "-s", "twin"]);
  const file = path.join(shop.folder, "twin.json");
  await shop.ok(["stack", "export", "--file", file, "-s", "twin"]);
  await shop.ok(["stack", "import", "--file", file, "-s", "twin"]);
  await shop.ok(["preview", "--expect-no-changes", "-s", "twin"]);
  await shop.ok(["destroy", "--yes", "-s", "twin"]);
  expect(await inCloud(service, "shop/twin")).toEqual([]);
  await shop.ok(["stack", "rm", "--yes", "twin"]);
  expect((await shop.ok(["stack", "ls"])).stdout).not.toContain("twin");
});

test("a protected store of production is not destroyed until its protection is off", async () => {
  const vault = await laptop.project("vault", VAULT);
  const protect = (value: string) => vault.ok(["config", "set", "-s", "live", "protected", value]);
  await vault.ok(["stack", "init", "live"]);
  await vault.ok(["config", "set", "-s", "live", "aws:region", "eu-west-1"]);
  await protect("true");
  await vault.ok(["up", "--yes", "--skip-preview", "-s", "live"]);

  const destroyed = await vault.pulumi(["destroy", "--yes", "-s", "live"]);
  expect(destroyed.exitCode).not.toBe(0);
  const line = destroyed.output.split("\n").find((text) => /Table players .*error:/.test(text));
  expect(line, destroyed.output).toContain("reliability-protect-data-stores (mandatory, critical; pack meridian");
  expect(line).toContain("Remedy: Take the protection off in an update first");
  expect(await changesMade(service, "vault/live")).toEqual(["create players"]);
  expect(await inCloud(service, "vault/live")).toEqual(["players"]);

  await protect("false");
  await vault.ok(["up", "--yes", "--skip-preview", "-s", "live"]);
  await vault.ok(["destroy", "--yes", "--skip-preview", "-s", "live"]);
  expect(await inCloud(service, "vault/live")).toEqual([]);
});
