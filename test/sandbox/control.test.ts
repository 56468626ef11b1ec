import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const network = { cidrBlock: "10.0.0.0/16" };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.end());

async function uidOf(stack: string, type: string): Promise<string> {
  const { body } = await sandbox.control("GET", `/resources?stack=${encodeURIComponent(stack)}&type=${type}`);
  const [item] = (body as { items: readonly { uid: string }[] }).items;
  if (item === undefined) throw new Error(`no ${type} in ${stack}`);
  return item.uid;
}

test("without the token nothing is answered", async () => {
  const bare = await fetch(`http://127.0.0.1:${sandbox.httpPort}/resources`);
  expect(bare.status).toBe(401);
  const wrong = { authorization: `Bearer ${"x".repeat(sandbox.token.length)}` };
  expect((await fetch(`http://127.0.0.1:${sandbox.httpPort}/healthz`, { headers: wrong })).status).toBe(401);
});

test.each([
  ["POST", "/faults", { kind: "fire" }, 400, "kind must be"],
  ["POST", "/faults", { kind: "throttling", rate: 2 }, 400, "rate must be"],
  ["POST", "/faults", { kind: "throttling", count: 1.5 }, 400, "count must be"],
  ["POST", "/faults", { kind: "throttling", scope: { planet: "mars" } }, 400, "unknown field 'planet'"],
  ["POST", "/faults", { kind: "throttling", scope: { operation: "check" } }, 400, "scope.operation must be"],
  ["POST", "/faults", { kind: "slowness" }, 400, "delayMs is required"],
  ["POST", "/faults", { kind: "throttling", delayMs: 5 }, 400, "delayMs belongs to"],
  ["POST", "/faults", { kind: "lost-response", answer: "maybe" }, 400, "answer must be"],
  ["POST", "/faults", [], 400, "a JSON object is expected"],
  ["PUT", "/latency", { profile: "slow" }, 400, "profile must be"],
  ["PUT", "/latency", { waitFactor: 1 }, 400, "needs waitFactor and callMs"],
  ["PATCH", "/resources/res_none", { properties: {} }, 404, "there is no resource"],
  ["DELETE", "/resources/res_none", undefined, 404, "there is no resource"],
  ["DELETE", "/faults/fault-99", undefined, 404, "there is no fault"],
  ["GET", "/ledger?operation=explode", undefined, 400, "operation must be"],
  ["GET", "/ledger?after=-1", undefined, 400, "after must be"],
  ["GET", "/nothing", undefined, 404, "there is nothing at"],
  ["POST", "/find", { type: "aws:ec2/vpc:Vpc", urn: "u" }, 400, "since is required"],
  ["POST", "/find", { type: "aws:ec2/vpc:Vpc", urn: "u", since: "now" }, 400, "since must be a time"],
  ["POST", "/find", { type: "aws:ec2/vpc:Vpc", urn: "u", since: "2026-01-01", inputs: 1 }, 400, "inputs must be"],
  ["POST", "/find", { type: "gcp:a:B", urn: "u", since: "2026-01-01" }, 400, "has no package 'gcp'"],
  ["POST", "/ledger", {}, 405, "knows GET"],
  ["GET", "/resources/%zz", undefined, 400, "properly encoded"],
])("%s %s %j is answered %i with a reason", async (method, path, body, status, reason) => {
  const answer = await sandbox.control(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error: { message: expect.stringContaining(reason) } });
});

test("a body that is no JSON, or too large, is refused and the next request served", async () => {
  const url = `http://127.0.0.1:${sandbox.httpPort}/faults`;
  const headers = { authorization: `Bearer ${sandbox.token}` };
  expect((await fetch(url, { method: "POST", headers, body: "{" })).status).toBe(400);
  const large = await fetch(url, { method: "POST", headers, body: " ".repeat(1_000_001) }).catch(() => undefined);
  expect(large?.status ?? 413).toBe(413);
  expect((await sandbox.control("GET", "/healthz")).status).toBe(200);
});

test("latency is set by profile or by numbers", async () => {
  expect((await sandbox.control("PUT", "/latency", { waitFactor: 0.5, callMs: 3 })).body).toEqual({
    profile: "custom",
    waitFactor: 0.5,
    callMs: 3,
  });
  expect((await sandbox.control("PUT", "/latency", { profile: "none" })).body).toMatchObject({ callMs: 0 });
  expect((await sandbox.control("GET", "/latency")).body).toMatchObject({ profile: "none" });
});

test("a change behind Pulumi's back is seen by a refresh, and the update that follows takes it back", async () => {
  const stack = "game/drift";
  const engine = await sandbox.engine({ stack });
  const { inputs } = await engine.check(VPC, { ...network, tags: { team: "lobby" } });
  const vpc = await engine.create(VPC, inputs);
  const uid = await uidOf(stack, VPC);
  const patch = { properties: { enableDnsHostnames: true, tags: { team: null, by: "hand" } } };
  expect((await sandbox.control("PATCH", `/resources/${uid}`, patch)).status).toBe(200);
  const drifted = await engine.read(VPC, vpc.id, vpc);
  expect(drifted?.inputs).toMatchObject({ enableDnsHostnames: true, tags: { by: "hand" }, tagsAll: { by: "hand" } });
  expect(drifted?.outputs).toMatchObject({ enableDnsHostnames: true, tags: { by: "hand" } });
  expect(await engine.diff(VPC, vpc.id, drifted?.inputs ?? {}, inputs)).toMatchObject({ changes: true, replaces: [] });
  const restored = await engine.update(VPC, vpc, inputs);
  expect(restored.outputs).toEqual(vpc.outputs);
});

test("a drift that the cloud itself would refuse is refused", async () => {
  const stack = "game/bad-drift";
  const engine = await sandbox.engine({ stack });
  await engine.create(VPC, network);
  const uid = await uidOf(stack, VPC);
  const answer = await sandbox.control("PATCH", `/resources/${uid}`, { properties: { instanceTenancy: "shared" } });
  expect(answer).toMatchObject({ status: 422, body: { error: { code: "InvalidParameterValue" } } });
});

test("deleting behind Pulumi's back asks for force when something depends on it, and a refresh sees it gone", async () => {
  const stack = "game/deleted";
  const engine = await sandbox.engine({ stack });
  const vpc = await engine.create(VPC, network);
  await engine.create(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  const uid = await uidOf(stack, VPC);
  const refused = await sandbox.control("DELETE", `/resources/${uid}`);
  expect(refused).toMatchObject({ status: 409, body: { error: { code: "DependencyViolation" } } });
  expect((await sandbox.control("DELETE", `/resources/${uid}?force=true`)).status).toBe(204);
  expect(await engine.read(VPC, vpc.id)).toBeUndefined();
  const entries = (await sandbox.ledger()).filter((entry) => entry.stack === stack && entry.via === "control");
  expect(entries.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual(["delete error", "delete ok"]);
});

test("the ledger is asked by stack, type, operation and what came after", async () => {
  const engine = await sandbox.engine({ stack: "game/ledger" });
  const vpc = await engine.create(VPC, network);
  await engine.create(VPC, network, { preview: true });
  await engine.remove(VPC, vpc);
  const query = `/ledger?stack=game%2Fledger&type=${VPC}`;
  const { items } = (await sandbox.control("GET", query)).body as { items: readonly { seq: number }[] };
  expect(items).toMatchObject([
    { operation: "create", preview: false, id: vpc.id, account: "000000000000", region: "eu-west-1", outcome: "ok" },
    { operation: "create", preview: true, id: "" },
    { operation: "delete", id: vpc.id, urn: `urn:pulumi:ledger::game::${VPC}::thing`, modelled: true },
  ]);
  const later = await sandbox.control("GET", `${query}&operation=delete&after=${items[0]?.seq}`);
  expect((later.body as { items: readonly object[] }).items).toHaveLength(1);
});
