import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { changesMade } from "./supportLedger.ts";
import { GAME } from "./supportPrograms.ts";
import { saidByPack } from "./supportVerdicts.ts";

/** Every command is a process that loads an SDK, on a machine that others use too. */
vi.setConfig({ testTimeout: 300_000 });

let service: TestService;
let laptop: Laptop;
let shop: Project;
const STACK = "default/meridian/shop.sandbox.eu-west-1";

beforeAll(async () => {
  service = await startTestService();
  await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs: 0 } });
  laptop = await setUpLaptop(service);
  shop = await laptop.project("shop", GAME);
  await shop.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
  await shop.ok(["stack", "init", STACK]);
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
});

async function openTo(from: string): Promise<void> {
  const values = [`from=${from}`, "environment=development", "aws:region=eu-west-1"].flatMap((value) => [
    "--plaintext",
    value,
  ]);
  await shop.ok(["config", "set-all", "-s", STACK, ...values]);
}

/** Versions of the pack that the laptop has. */
const installed = async (): Promise<readonly string[]> => {
  const folder = path.join(path.dirname(shop.folder), "home", ".pulumi", "policies", "default");
  return readdir(folder).catch(() => []);
};

test("a laptop is handed the pack with its first preview, without any registry, and keeps it", async () => {
  await openTo("10.0.0.0/8");
  const noRegistry = { npm_config_registry: "http://127.0.0.1:1", npm_config_fetch_retries: "0" };
  const first = await shop.ok(["preview", "-s", STACK], noRegistry);
  expect(first.output).toContain("meridian@v");
  const packs = await installed();
  expect(packs).toEqual([expect.stringMatching(/^pulumi-analyzer-meridian-v0\.1\.0-[0-9a-f]{16}$/)]);
  expect((await shop.ok(["preview", "-s", STACK], noRegistry)).output).toContain("meridian@v");
  expect(await installed()).toEqual(packs);
});

test("the pack refuses on the laptop what the gate would refuse, before anything is asked of a provider", async () => {
  await openTo("0.0.0.0/0");
  const up = await shop.pulumi(["up", "--yes", "--skip-preview", "-s", STACK]);
  expect(up.exitCode, up.output).not.toBe(0);
  expect(saidByPack(up.output), up.output).toEqual([
    expect.stringMatching(/^security-no-open-management-port mandatory door: /),
  ]);
  expect(await changesMade(service, "meridian/shop.sandbox.eu-west-1")).not.toContain("create door");
});

test("a destroy and a refresh, which run no pack, are not told of one", async () => {
  await openTo("10.0.0.0/8");
  await shop.ok(["up", "--yes", "--skip-preview", "-s", STACK]);
  for (const command of ["refresh", "destroy"]) {
    const { output } = await shop.ok([command, "--yes", "--skip-preview", "-s", STACK]);
    expect(output).not.toContain("meridian@v");
  }
});

test("a target can leave the pack to those who can run it", async () => {
  const { headers } = await service.call("GET", "/v1/targets/sandbox");
  const change = { body: { requiredPolicies: "off" }, headers: { "if-match": headers.get("etag") ?? "" } };
  expect((await service.call("PATCH", "/v1/targets/sandbox", change)).status).toBe(200);
  await openTo("0.0.0.0/0");
  const preview = await shop.pulumi(["preview", "-s", STACK]);
  expect(preview.output).not.toContain("meridian@v");
  expect(preview.exitCode).not.toBe(0);
  expect(preview.output).toContain("security-no-open-management-port");
});

test("an archive of no version in force is not there", async () => {
  const { status, body } = await service.call("GET", "/policy-packs/meridian/0.0.1-0000000000000000.tgz");
  expect({ status, code: body.code }).toEqual({ status: 404, code: "not-found" });
});
