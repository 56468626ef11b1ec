import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { listAll, sandboxResources, untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { setUpLaptop } from "./supportLaptop.ts";
import { GAME } from "./supportPrograms.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ main: path.resolve(import.meta.dirname, "dependencies/controlProcess.ts") });
});
afterEach(() => setCallTime(0));
afterAll(() => service?.close());

/** How long each call takes, so that one can be seen waiting for another. */
async function setCallTime(callMs: number): Promise<void> {
  await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs } });
}

async function create(name: string, blueprint: string, inputs: unknown, regions = ["eu-west-1"]): Promise<string> {
  const { status, body } = await service.call("POST", "/v1/stack-sets", { body: { name, blueprint, regions, inputs } });
  expect(status, JSON.stringify(body)).toBe(202);
  return body.id;
}

async function patch(name: string, change: unknown): Promise<string> {
  const { headers } = await service.call("GET", `/v1/stack-sets/${name}`);
  const { status, body } = await service.call("PATCH", `/v1/stack-sets/${name}`, {
    body: change,
    headers: { "if-match": headers.get("etag") ?? "" },
  });
  expect(status, JSON.stringify(body)).toBe(202);
  return body.id;
}

async function remove(name: string): Promise<string> {
  const { status, body } = await service.call("DELETE", `/v1/stack-sets/${name}`);
  expect(status, JSON.stringify(body)).toBe(202);
  return body.id;
}

async function operate(stack: string, kind: string) {
  const { status, body } = await service.call("POST", `/v1/stacks/${stack}/operations`, { body: { kind } });
  expect(status, JSON.stringify(body)).toBe(202);
  return untilEnded(service, `/v1/operations/${body.id}`);
}

const succeeded = async (...rollouts: readonly string[]) => {
  for (const id of rollouts) {
    const ended = await untilEnded(service, `/v1/rollouts/${id}`);
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ status: "succeeded" });
  }
};

/** When the cloud was told to make or remove the things of a type, in the order in which it was. */
async function told(operation: string, type: string) {
  const entries = await listAll<{ seq: number; stack: string; region: string; preview: boolean }>(
    service,
    `/v1/sandbox/ledger?operation=${operation}&type=${type}`,
  );
  return entries.filter(({ preview }) => !preview);
}

const seqOf = (entries: readonly { seq: number; stack: string }[], stack: string) =>
  entries.find((entry) => entry.stack.endsWith(stack))?.seq ?? Number.NaN;

const waitingEvents = async (rollout: string) => {
  const { body } = await service.call("GET", `/v1/rollouts/${rollout}/events`);
  return String(body)
    .split("\n")
    .filter((line) => line.startsWith("data:") && line.includes('"waiting"'));
};

const untilWaiting = (rollout: string) =>
  vi.waitFor(
    async () => {
      const { body } = await service.call("GET", `/v1/rollouts/${rollout}`);
      expect(body.status).toBe("running");
    },
    { timeout: 20_000, interval: 20 },
  );

test("a stack set waits region by region for the one it depends on, follows its changes when asked, and is torn down before it", async () => {
  const regions = ["eu-west-1", "us-east-1"];
  await setCallTime(400);
  const ground = await create("ground", "ground", {}, regions);
  const inputs = { vpcId: { from: "ground", output: "vpcId" }, label: { from: "ground", output: "label" } };
  const house = await create("house", "house", inputs, regions);
  await succeeded(ground, house);
  expect((await waitingEvents(house))[0]).toContain('"waitsFor":["ground.sandbox.eu-west-1"]');
  const [networks, groups] = await Promise.all([
    told("create", "aws:ec2/vpc:Vpc"),
    told("create", "aws:ec2/securityGroup:SecurityGroup"),
  ]);
  for (const region of regions) {
    expect(seqOf(networks, `ground.sandbox.${region}`)).toBeLessThan(seqOf(groups, `house.sandbox.${region}`));
  }
  await setCallTime(0);

  const { body: built } = await service.call("GET", "/v1/stacks/house.sandbox.eu-west-1");
  const { body: under } = await service.call("GET", "/v1/stacks/ground.sandbox.eu-west-1");
  expect(built).not.toHaveProperty("stale");
  const latest = await service.call("GET", "/api/stacks/default/meridian/house.sandbox.eu-west-1/updates/latest");
  expect(JSON.stringify(latest.body.info)).toContain(under.outputs.vpcId);
  expect((await service.call("GET", "/v1/stack-sets/house")).body.inputs).toEqual(inputs);
  expect(await operate("house.sandbox.eu-west-1", "preview")).toMatchObject({
    status: "succeeded",
    changes: { create: 0, update: 0, replace: 0, delete: 0 },
  });

  await succeeded(await patch("ground", { inputs: { label: "second" } }));
  const { body: stale } = await service.call("GET", "/v1/stacks/house.sandbox.eu-west-1");
  expect(stale.stale).toEqual([
    { input: "/inputs/label", from: "ground", output: "label", region: "eu-west-1", old: "first", new: "second" },
  ]);
  expect(await operate("house.sandbox.eu-west-1", "up")).toMatchObject({ status: "succeeded", applied: { update: 1 } });
  expect((await service.call("GET", "/v1/stacks/house.sandbox.eu-west-1")).body).not.toHaveProperty("stale");
  expect((await service.call("GET", "/v1/stacks/house.sandbox.us-east-1")).body.stale).toHaveLength(1);

  expect((await service.call("DELETE", "/v1/stack-sets/ground")).body).toMatchObject({ code: "has-dependents" });
  const laptop = await setUpLaptop(service);
  const project = await laptop.project("meridian", GAME);
  await project.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
  const destroyed = await project.pulumi(["destroy", "--yes", "-s", "default/meridian/ground.sandbox.eu-west-1"]);
  expect(destroyed.exitCode).not.toBe(0);
  expect(destroyed.output).toContain("house.sandbox.eu-west-1 takes outputs of it");
  await laptop.close();
  await setCallTime(300);
  const [last, first] = [await remove("house"), await remove("ground")];
  await succeeded(first, last);
  const [gone, left] = [
    await told("delete", "aws:ec2/securityGroup:SecurityGroup"),
    await told("delete", "aws:ec2/vpc:Vpc"),
  ];
  for (const region of regions) {
    expect(seqOf(gone, `house.sandbox.${region}`)).toBeLessThan(seqOf(left, `ground.sandbox.${region}`));
  }
  expect(await sandboxResources(service)).toEqual([]);
  const rows = await listAll(service, "/v1/stacks");
  expect(rows).toEqual([]);
}, 120_000);

test("a rollout that waits goes on waiting in the process that takes over", async () => {
  await setCallTime(1_500);
  const ground = await create("yard", "ground", {});
  const house = await create("shed", "house", { vpcId: { from: "yard", output: "vpcId" } });
  await untilWaiting(house);
  await service.kill("SIGKILL");
  await service.restart();
  await setCallTime(0);
  await succeeded(ground, house);
  await succeeded(await remove("shed"), await remove("yard"));
}, 120_000);

test("a rollout whose dependency fails while it waits fails with what to do, and has begun nothing", async () => {
  await setCallTime(800);
  const ground = await create("swamp", "ground", { broken: true });
  const house = await create("hut", "house", { vpcId: { from: "swamp", output: "vpcId" } });
  await untilEnded(service, `/v1/rollouts/${ground}`);
  const ended = await untilEnded(service, `/v1/rollouts/${house}`);
  expect(ended).toMatchObject({
    status: "failed",
    error: { code: "dependency-failed", dependencies: ["swamp.sandbox.eu-west-1"] },
    regions: [{ region: "eu-west-1", status: "skipped" }],
  });
  await setCallTime(0);
  await succeeded(await remove("hut"), await remove("swamp"));
}, 120_000);

test("a rollout that waits is cancelled at once, and what it waited for goes on", async () => {
  await setCallTime(1_500);
  const ground = await create("field", "ground", {});
  const house = await create("tent", "house", { vpcId: { from: "field", output: "vpcId" } });
  await untilWaiting(house);
  expect((await service.call("POST", `/v1/rollouts/${house}/cancel`)).status).toBe(202);
  const ended = await untilEnded(service, `/v1/rollouts/${house}`);
  expect(ended).toMatchObject({ status: "cancelled", regions: [{ status: "skipped" }] });
  expect((await service.call("GET", `/v1/rollouts/${ground}`)).body.status).toBe("running");
  await setCallTime(0);
  await succeeded(ground, await remove("tent"), await remove("field"));
}, 120_000);

test("an output that is not there, and a value that does not fit, end the operation before any engine starts", async () => {
  await succeeded(await create("plot", "ground", { label: "far too long for the house" }));
  const missing = await service.call("POST", "/v1/stack-sets", {
    body: {
      name: "barn",
      blueprint: "house",
      regions: ["eu-west-1"],
      inputs: { vpcId: { from: "plot", output: "promised" } },
    },
  });
  expect(missing.body).toMatchObject({ code: "dependency-failed" });
  const rollout = await create("barn", "house", {
    vpcId: { from: "plot", output: "vpcId" },
    label: { from: "plot", output: "label" },
  });
  const failed = await untilEnded(service, `/v1/rollouts/${rollout}`);
  expect(failed).toMatchObject({ status: "failed", error: { cause: "inputs-refused" } });
  const { body: operation } = await service.call("GET", `/v1/operations/${failed.regions[0].operation}`);
  expect(operation.error).toMatchObject({
    code: "inputs-refused",
    errors: [{ pointer: "/inputs/label", detail: "give at most 20 characters" }],
  });
  expect((await told("create", "aws:ec2/securityGroup:SecurityGroup")).map(({ stack }) => stack)).not.toContain(
    "meridian/barn.sandbox.eu-west-1",
  );
  await succeeded(await remove("barn"), await remove("plot"));
}, 120_000);
