import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { inCloud } from "./supportLedger.ts";
import { SHOP } from "./supportPrograms.ts";

/** Every command is a process that loads an SDK; a test here is up to a dozen of them on a machine that others use too. */
vi.setConfig({ testTimeout: 300_000 });

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
afterEach(() => setCallTime(0));

/** How long each call of the simulated cloud takes. */
async function setCallTime(callMs: number): Promise<void> {
  const { status } = await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs } });
  expect(status).toBe(200);
}

async function makeStack(name: string): Promise<void> {
  await shop.ok(["stack", "init", name]);
  const values = ["from=10.0.0.0/8", "aws:region=eu-west-1"].flatMap((value) => ["--plaintext", value]);
  await shop.ok(["config", "set-all", "-s", name, ...values]);
}

async function keyOf(role: string, team = "default") {
  const { status, body } = await service.call("POST", "/v1/api-keys", {
    body: { name: `${role}-${team}`, role, team },
  });
  expect(status).toBe(201);
  return laptop.withKey(body.key);
}

test("a viewer's key previews a stack and may not change it, nor read a secret of it", async () => {
  const viewer = await keyOf("viewer");
  await makeStack("seen");
  expect((await shop.ok(["preview", "-s", "default/seen"], viewer)).output).toContain("3 to create");
  const up = await shop.pulumi(["up", "--yes", "--skip-preview", "-s", "default/seen"], viewer);
  expect(up.exitCode).not.toBe(0);
  expect(up.output).toContain('[403] The role viewer does not have the permission "change", which an update needs.');
  expect(await inCloud(service, "shop/seen")).toEqual([]);

  await shop.ok(["config", "set", "-s", "seen", "--secret", "password", "swordfish"]);
  const read = await shop.pulumi(["config", "get", "password", "-s", "default/seen"], viewer);
  expect(read.output).toContain('[403] The role viewer does not have the permission "export-secrets".');
  expect(read.output).not.toContain("swordfish");
});

test("another team's stack does not exist, by its name, in a list, or as a name that is taken", async () => {
  const rival = await keyOf("operator", "rivals");
  await makeStack("ours");
  const absent = await shop.pulumi(["preview", "-s", "default/shop/ours"], rival);
  expect(absent.exitCode).not.toBe(0);
  expect(absent.output).toContain("no stack named 'default/shop/ours' found");
  expect((await shop.ok(["stack", "ls", "--all"], rival)).stdout).not.toContain("ours");
  const answers = await Promise.all(
    ["ours", "of-nobody"].map((name) => shop.pulumi(["stack", "init", `default/shop/${name}`, "--no-select"], rival)),
  );
  for (const { output } of answers) expect(output).toContain("[404] There is no organization default.");
});

test("a second up is told of the first; when that was killed, a cancel frees the lock, and its creates in flight are asked about", async () => {
  await makeStack("busy");
  await setCallTime(30_000);
  const first = shop.start(["up", "--yes", "--skip-preview", "-s", "busy"]);
  await first.printed("network creating");
  const up = () => shop.pulumi(["up", "--yes", "--skip-preview", "-s", "busy"]);
  const underWay =
    /\[409\] Another update of default\/shop\/busy is under way: update by admin since .*"pulumi cancel"/;
  expect((await up()).output).toMatch(underWay);
  first.kill("SIGKILL");
  await first.ended;
  expect((await up()).output).toMatch(underWay);
  await setCallTime(0);

  await shop.ok(["cancel", "--yes", "busy"]);
  const blocked = await up();
  expect(blocked.exitCode).not.toBe(0);
  expect(blocked.output).toMatch(
    /\[409\] These creates were in flight .*Vpc::network\. The service could not settle them by itself/,
  );
  expect(blocked.output).not.toContain("SecurityGroup::door"); // it waited for the network and was never begun
  expect(await inCloud(service, "shop/busy")).toEqual([]);
  await shop.ok(["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "-s", "busy"]);
  expect((await up()).exitCode).toBe(0);
  expect(await inCloud(service, "shop/busy")).toEqual(["door", "network"]);
});

test("a stack moves out: its state goes on in a backend of files, with its secrets and without a change", async () => {
  const secret = "swordfish-that-moves";
  await makeStack("moving");
  await shop.ok(["config", "set", "-s", "moving", "--secret", "password", secret]);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "moving"]);
  const sealed = path.join(shop.folder, "sealed.json");
  const open = path.join(shop.folder, "open.json");
  await shop.ok(["stack", "export", "-s", "moving", "--file", sealed]);
  await shop.ok(["stack", "export", "-s", "moving", "--file", open, "--show-secrets"]);
  const config = await shop.ok(["config", "-s", "moving", "--show-secrets", "--json"]);
  expect(await readFile(sealed, "utf8")).not.toContain(secret);

  const files = await laptop.withFiles();
  await shop.ok(["stack", "init", "moving"], files);
  await shop.ok(["config", "set-all", "-s", "moving", "--json", config.stdout], files);
  for (const file of [open, sealed]) {
    await shop.ok(["stack", "import", "-s", "moving", "--file", file], files);
    const kept = (await shop.ok(["stack", "export", "-s", "moving"], files)).stdout;
    expect(JSON.parse(kept).deployment.secrets_providers.type).toBe("passphrase");
    expect(kept).not.toContain(secret);
  }
  const stranger = { ...files, PULUMI_HOME: path.join(shop.folder, "home-of-a-stranger") };
  const unopened = await shop.pulumi(["stack", "import", "-s", "moving", "--file", sealed], stranger);
  expect(unopened.output).toContain("could not find access token for");

  await shop.ok(["preview", "--expect-no-changes", "-s", "moving"], files);
  const output = await shop.ok(["stack", "output", "password", "--show-secrets", "-s", "moving"], files);
  expect(output.stdout.trim()).toBe(secret);
});
