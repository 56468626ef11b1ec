import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listAll, untilEnded } from "../support/operations.ts";
import { createsOf, doubled, existing, recorded } from "../support/truth.ts";
import { type BurningService, startBurningService } from "./supportBurning.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { stackOf, YARD } from "./supportWorkload.ts";

/** Longer than it takes to back up, burn and restore. */
const SLOW_MS = 25_000;

let world: BurningService;
let laptop: Laptop;
let yard: Project;
let folder: string;
let env: Readonly<Record<string, string>>;

const service = () => world.service();
const made = async (stack: string) =>
  (
    await service().call("GET", `/v1/sandbox/ledger?operation=create&stack=${encodeURIComponent(stack)}`)
  ).body.items.filter((each: { preview: boolean; outcome: string }) => !each.preview && each.outcome === "ok").length;
const until = (what: () => Promise<void>, timeout = 60_000) => vi.waitFor(what, { timeout, interval: 100 });

/** Whether the simulated cloud still works on a create of this URN. */
async function isBeingMade(urn: string, type: string): Promise<boolean> {
  const body = { urn, type, provider: { region: "eu-west-1" }, inputs: {}, tags: {}, since: new Date().toISOString() };
  const response = await fetch(`http://127.0.0.1:${world.cloud.httpPort}/find`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.cloud.token}` },
    body: JSON.stringify(body),
  });
  return ((await response.json()) as { underWay: boolean }).underWay; // the sandbox's own shape
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-in-flight-"));
  world = await startBurningService();
  await world.start();
  laptop = await setUpLaptop(service());
  yard = await laptop.project("yard", YARD);
  env = laptop.withKey(service().adminKey);
}, 120_000);
afterAll(async () => {
  await laptop?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

test("what was under way is ended, its engines are refused, and nothing of it is lost or made twice", async () => {
  const slow = { kind: "slowness", delayMs: SLOW_MS, scope: { type: "aws:ec2/subnet:Subnet", operation: "create" } };
  expect((await service().call("POST", "/v1/sandbox/faults", { body: slow })).status).toBe(201);
  await yard.ok(["stack", "init", "prod", "--no-select"], env);
  for (const pair of ["aws:region=eu-west-1", "size=6", "generation=1"]) {
    const [key = "", value = ""] = pair.split("=");
    await yard.ok(["config", "set", "--stack", "prod", key, value], env);
  }
  const body = {
    name: "busy",
    blueprint: "measured",
    regions: ["eu-west-1"],
    inputs: { resources: 40, generation: 1 },
  };
  const rollout = (await service().call("POST", "/v1/stack-sets", { body })).body.id as string; // the answer is a rollout
  const laptops = yard.start(["up", "--yes", "--skip-preview", "--parallel", "2", "--stack", "prod"], env);
  await until(async () => {
    expect(await made("yard/prod")).toBeGreaterThan(2);
    expect(await made(`meridian/${stackOf("busy")}`)).toBeGreaterThan(2);
  });
  const { id: operation } = (await service().call("GET", "/v1/operations")).body.items[0];

  const backup = path.join(folder, "backup");
  expect(await world.meridian("backup", backup)).toMatchObject({ exitCode: 0 });
  await world.burn();
  expect(await world.meridian("restore", backup)).toMatchObject({ exitCode: 0 });
  await world.start();

  const cut = await laptops.ended;
  expect(cut.exitCode, cut.output).not.toBe(0);
  await until(async () => expect((await service().call("GET", "/v1/quarantine")).body.status).toBe("settling"));
  const { ended } = (await service().call("GET", "/v1/quarantine")).body;
  expect(ended).toMatchObject({ operations: [operation], rollouts: [rollout] });
  expect(ended.updates.map(({ stack }: { stack: string }) => stack)).toEqual(
    expect.arrayContaining(["default/yard/prod", `default/meridian/${stackOf("busy")}`]),
  );
  for (const path of [`/v1/operations/${operation}`, `/v1/rollouts/${rollout}`])
    expect((await service().call("GET", path)).body).toMatchObject({
      status: "failed",
      error: { code: "ended-by-restore" },
    });

  // A call that was under way at the end of its engine goes on in the cloud, and what it makes is found by looking again.
  expect((await service().call("DELETE", "/v1/sandbox/faults")).status).toBe(204);
  const pending = await listAll<{ urn: string; type: string }>(service(), "/v1/divergences?kind=never-made");
  expect(pending.length).toBeGreaterThan(0);
  for (const { urn, type } of pending) await until(async () => expect(await isBeingMade(urn, type)).toBe(false));
  expect((await world.meridian("recovery", "forget", "--all")).output).toContain("stands in the cloud now");
  await service().call("POST", "/v1/quarantine/listing");
  await until(async () => expect((await service().call("GET", "/v1/quarantine")).body.status).not.toBe("listing"));
  expect(await world.meridian("recovery", "adopt", "--all")).toMatchObject({ exitCode: 0 });
  expect(await world.meridian("recovery", "forget", "--all")).toMatchObject({ exitCode: 0 });
  expect((await world.meridian("recovery", "release")).output).toContain("released");

  await yard.ok(["up", "--yes", "--skip-preview", "--stack", "prod"], env);
  const again = await service().call("POST", `/v1/stacks/${stackOf("busy")}/operations`, { body: { kind: "up" } });
  const up = await untilEnded(service(), `/v1/operations/${again.body.id}`);
  expect(up, JSON.stringify(up.error)).toMatchObject({ status: "succeeded" });
  expect(await existing(service(), stackOf("busy"))).toEqual(await recorded(service(), stackOf("busy")));
  expect(await existing(service(), stackOf("busy"))).toHaveLength(40);
  expect(doubled(await createsOf(service(), stackOf("busy")))).toEqual([]);
  await yard.ok(["preview", "--expect-no-changes", "--stack", "prod"], env);
  const calls = (await service().call("GET", "/v1/sandbox/ledger?operation=create&stack=yard%2Fprod&pageSize=200")).body
    .items;
  expect(
    doubled(calls.filter((each: { preview: boolean; outcome: string }) => !each.preview && each.outcome === "ok")),
  ).toEqual([]);
}, 300_000);
