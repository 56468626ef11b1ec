import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Clock } from "../../sandbox/cloud/clock.ts";
import { UNKNOWN } from "../../sandbox/model/values.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const network = { cidrBlock: "10.0.0.0/16" };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.end());

test("an input that was a secret is one in the outputs and when it is read; at the control port it is not shown", async () => {
  const engine = await sandbox.engine({ stack: "game/secrets" });
  const inputs = {
    ...network,
    tags: { token: "hunter2", team: "lobby" },
    tagsAll: { token: "hunter2", team: "lobby" },
  };
  const vpc = await engine.create(VPC, inputs, { secrets: ['["tags","token"]'] });
  expect(vpc.secrets.toSorted()).toEqual(['["tags","token"]', '["tagsAll","token"]']);
  expect((await engine.read(VPC, vpc.id))?.secrets).toContain('["tags","token"]');
  const { body } = await sandbox.control("GET", "/resources?stack=game%2Fsecrets&type=aws:ec2/vpc:Vpc");
  const [{ uid }] = (body as { items: [{ uid: string }] }).items;
  const shown = JSON.stringify((await sandbox.control("GET", `/resources/${uid}`)).body);
  expect(shown).toContain("lobby");
  expect(shown).not.toContain("hunter2");
});

test("an unknown input leaves what is computed from it unknown, and is not judged", async () => {
  const engine = await sandbox.engine();
  const { inputs, failures } = await engine.check(SUBNET, { vpcId: UNKNOWN, cidrBlock: UNKNOWN });
  expect(failures).toEqual([]);
  const previewed = await engine.create(SUBNET, inputs, { preview: true });
  expect(previewed.outputs).toMatchObject({
    vpcId: UNKNOWN,
    cidrBlock: UNKNOWN,
    arn: UNKNOWN,
    mapPublicIpOnLaunch: false,
  });
});

test("a value that becomes unknown replaces where it is immutable and updates where it is not", async () => {
  const engine = await sandbox.engine();
  const olds = { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: true };
  expect((await engine.diff(SUBNET, "subnet-1", olds, { ...olds, vpcId: UNKNOWN })).replaces).toEqual(["vpcId"]);
  const map = await engine.diff(SUBNET, "subnet-1", olds, { ...olds, mapPublicIpOnLaunch: UNKNOWN });
  expect(map).toMatchObject({ changes: true, replaces: [] });
});

test("writing a default out, or a number as text, is no change", async () => {
  const engine = await sandbox.engine();
  const olds = { cidrBlock: "10.0.0.0/16", enableDnsSupport: true };
  const news = { cidrBlock: "10.0.0.0/16", enableDnsHostnames: false, enableDnsSupport: "true", tags: {} };
  expect(await engine.diff(VPC, "vpc-1", olds, news)).toMatchObject({ changes: false });
});

test("a generated name stays with the resource, is new for its replacement, and needs no deletion before it", async () => {
  const engine = await sandbox.engine();
  const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
  const { inputs } = await engine.check(TEMPLATE, {}, { name: "nodes", seed: "one" });
  expect(inputs["name"]).toMatch(/^nodes-[0-9a-f]{7}$/);
  const again = await engine.check(TEMPLATE, {}, { name: "nodes", seed: "two", olds: inputs });
  expect(again.inputs["name"]).toBe(inputs["name"]);
  const explicit = { name: "fixed", region: "eu-west-1" };
  const moved = { ...explicit, region: "us-east-1" };
  expect(await engine.diff(TEMPLATE, "lt-1", explicit, moved)).toMatchObject({ deleteBeforeReplace: true });
  const generated = { ...inputs, region: "eu-west-1" };
  expect(await engine.diff(TEMPLATE, "lt-1", generated, { ...generated, region: "us-east-1" })).toMatchObject({
    replaces: ["region"],
    deleteBeforeReplace: false,
  });
});

test("what the cloud made along with a resource goes with it and is in nobody's way", async () => {
  const engine = await sandbox.engine({ stack: "game/companions" });
  const vpc = await engine.create(VPC, network);
  const list = async () =>
    ((await sandbox.control("GET", "/resources?stack=game%2Fcompanions")).body as { items: [] }).items;
  expect(await list()).toHaveLength(3);
  await engine.remove(VPC, vpc);
  expect(await list()).toEqual([]);
});

test("a type that nothing models takes anything, is kept, and says so in the ledger", async () => {
  const engine = await sandbox.engine({ stack: "game/unmodelled" });
  const type = "aws:sqs/unheardOf:UnheardOf";
  const made = await engine.create(type, { anything: [1, { goes: true }], tags: { a: "b" } });
  expect(made.outputs).toMatchObject({
    anything: [1, { goes: true }],
    arn: expect.stringContaining(":sqs:eu-west-1:"),
  });
  expect(await engine.read(type, made.id, made)).toMatchObject({ inputs: made.inputs, outputs: made.outputs });
  const changed = await engine.update(type, made, { anything: 2 });
  expect(changed.outputs).toMatchObject({ anything: 2, arn: made.outputs["arn"] });
  const entries = (await sandbox.ledger()).filter(({ stack }) => stack === "game/unmodelled");
  expect(entries.map(({ operation, modelled }) => [operation, modelled])).toEqual([
    ["create", false],
    ["read", false],
    ["update", false],
  ]);
});

test("an update of what is gone is refused with the type's own code", async () => {
  const engine = await sandbox.engine();
  const vpc = await engine.create(VPC, network);
  await engine.remove(VPC, vpc);
  await expect(engine.update(VPC, vpc, { ...network, enableDnsHostnames: true })).rejects.toThrow(
    "InvalidVpcID.NotFound:",
  );
});

test("a cancelled wait tells the engine of the resource that was made, and only this connection's", async () => {
  const waiting: string[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    sleep: async (_ms, signal) => {
      signal.throwIfAborted();
      waiting.push("sleeping");
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  };
  const slow = await startTestSandbox({ clock, latency: { profile: "custom", waitFactor: 1, callMs: 0 } });
  try {
    const engine = await slow.engine({ stack: "game/cancelled" });
    const other = await slow.engine();
    const create = engine.create(VPC, network).then(
      () => undefined,
      (error: unknown) => error,
    );
    let otherEnded = false;
    other.create(VPC, network).catch(() => {
      otherEnded = true;
    });
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    await engine.cancel();
    const error = await create;
    expect(error).toMatchObject({ code: 2, details: expect.stringContaining("RequestCanceled:") });
    const [detail] = (error as { metadata: { get(name: string): Buffer[] } }).metadata.get("grpc-status-details-bin");
    expect(detail?.toString("latin1")).toContain("pulumirpc.ErrorResourceInitFailed");
    const [entry] = (await slow.ledger()).filter(({ stack }) => stack === "game/cancelled");
    expect(entry).toMatchObject({ operation: "create", outcome: "ok", code: "RequestCanceled" });
    expect(detail?.toString("latin1")).toContain(entry?.id);
    expect(otherEnded).toBe(false);
    // The connection goes on being of use: a later wait is not cancelled by the earlier cancel.
    engine.create(VPC, network).catch(() => undefined);
    await vi.waitFor(() => expect(waiting).toHaveLength(3));
  } finally {
    await slow.end();
  }
});
