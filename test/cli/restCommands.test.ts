import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { type FakeAnswers, type FakeService, fakeService, launch, operation, rollout } from "./fakeService.ts";

let service: FakeService | undefined;

afterEach(() => service?.close());

async function serving(answers: FakeAnswers, env: NodeJS.ProcessEnv = {}): Promise<FakeService> {
  service = await fakeService(answers, env);
  return service;
}

const stack = {
  name: "launch.sandbox.eu-west-1",
  team: "default",
  project: "meridian",
  stackSet: "launch",
  target: "sandbox",
  cloud: "sandbox",
  region: "eu-west-1",
  status: "ready",
  outputs: { endpoint: "lobby.example.com", password: { secret: true }, ports: [80, 443] },
  resourceCount: 15,
  doors: ["service", "cli"],
};

test("creating a stack set sends what was asked for, with the key, and shows the rollout", async () => {
  const { meridian, seen } = await serving({ "POST /v1/stack-sets": { status: 202, body: rollout } });
  const run = await meridian(
    ...["stack-sets", "create", "launch", "--blueprint", "game-servers", "--region", "eu-west-1", "us-east-1"],
    ...["--inputs", '{"peakPlayers":1000}'],
  );
  expect(run).toMatchObject({ exitCode: 0, err: "" });
  expect(run.out).toMatch(/rollout: +ro_1/);
  expect(run.out).toContain("meridian rollouts watch ro_1");
  expect(seen[0]?.headers.authorization).toBe("Bearer a-key");
  expect(seen[0]?.body).toEqual({
    name: "launch",
    blueprint: "game-servers",
    regions: ["eu-west-1", "us-east-1"],
    inputs: { peakPlayers: 1000 },
  });
});

test("inputs may come from a file", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-test-cli-"));
  const file = path.join(folder, "inputs.json");
  await writeFile(file, '{"peakPlayers":5}');
  const { meridian, seen } = await serving({ "POST /v1/stack-sets": { status: 202, body: rollout } });
  await meridian("stack-sets", "create", "launch", "--blueprint", "b", "--region", "eu-west-1", "--inputs", `@${file}`);
  await rm(folder, { recursive: true });
  expect(seen[0]?.body).toMatchObject({ inputs: { peakPlayers: 5 } });
});

test.each([["[1]"], ["nonsense"], ["@/there/is/no/such/file"]])(
  "inputs %s are refused before anything is sent",
  async (inputs) => {
    const { meridian, seen } = await serving({});
    const run = await meridian("stack-sets", "update", "launch", "--inputs", inputs);
    expect(run).toMatchObject({ exitCode: 1, out: "" });
    expect(run.err).toContain("--inputs");
    expect(seen).toEqual([]);
  },
);

test("a change names the generation it was made from, so that another's change is not overwritten", async () => {
  const { meridian, seen } = await serving({
    "GET /v1/stack-sets/launch": { headers: { etag: '"3"' }, body: launch },
    "PATCH /v1/stack-sets/launch": { status: 202, body: { ...rollout, kind: "update" } },
  });
  expect(await meridian("stack-sets", "update", "launch", "--region", "eu-west-1")).toMatchObject({ exitCode: 0 });
  expect(seen[1]?.headers).toMatchObject({ "if-match": '"3"', "content-type": "application/merge-patch+json" });
  expect(seen[1]?.body).toEqual({ regions: ["eu-west-1"] });
});

test("a change of nothing is refused", async () => {
  const { meridian, seen } = await serving({});
  expect(await meridian("stack-sets", "update", "launch")).toMatchObject({ exitCode: 1 });
  expect(seen).toEqual([]);
});

test("deleting a stack set shows the rollout that tears it down", async () => {
  const { meridian } = await serving({
    "DELETE /v1/stack-sets/launch": { status: 202, body: { ...rollout, kind: "destroy" } },
  });
  const run = await meridian("stack-sets", "delete", "launch", "--json");
  expect(JSON.parse(run.out)).toMatchObject({ id: "ro_1", kind: "destroy" });
});

test("a list is read to its last page", async () => {
  const { meridian } = await serving({
    "GET /v1/stack-sets?team=blue": { body: { items: [launch], nextPageToken: "more" } },
    "GET /v1/stack-sets?team=blue&pageToken=more": { body: { items: [{ ...launch, name: "second" }] } },
  });
  const run = await meridian("stack-sets", "list", "--team", "blue");
  expect(run.out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["NAME", "BLUEPRINT", "TARGET", "STATUS", "REGIONS"],
    ["launch", "game-servers", "sandbox (sandbox)", "active", "eu-west-1 us-east-1"],
    ["second", "game-servers", "sandbox (sandbox)", "active", "eu-west-1 us-east-1"],
    [""],
  ]);
});

test("a stack is shown with its cloud and its outputs, secrets closed", async () => {
  const { meridian } = await serving({ "GET /v1/stacks/launch.sandbox.eu-west-1": { body: stack } });
  const run = await meridian("stacks", "get", "launch.sandbox.eu-west-1");
  expect(run.out).toMatch(/cloud: +sandbox/);
  expect(run.out).toMatch(/endpoint +lobby.example.com/);
  expect(run.out).toMatch(/password +\[secret\]/);
  expect(run.out).toMatch(/ports +\[80,443\]/);
});

test("JSON output holds everything the service said", async () => {
  const { meridian } = await serving({ "GET /v1/stacks": { body: { items: [stack] } } });
  expect(JSON.parse((await meridian("stacks", "list", "--json")).out)).toEqual({ items: [stack] });
});

test("a denied operation is shown with its verdicts and what to do", async () => {
  const verdict = {
    policy: "cost-limit-instances",
    pack: "meridian",
    packVersion: "1",
    level: "mandatory",
    severity: "high",
    outcome: "fail",
    urn: "urn:pulumi:s::p::aws:ec2/instance:Instance::big",
    resourceType: "aws:ec2/instance:Instance",
    message: "64 instances are too many",
    remediation: "Ask for at most 8.",
    phase: "preview",
  };
  const error = {
    type: "about:blank",
    status: 403,
    code: "policy-denied",
    title: "A policy forbids this",
    detail: "One rule.",
  };
  const denied = { ...operation, status: "policy-denied", verdicts: [verdict], error };
  const { meridian } = await serving({ "GET /v1/operations/op_1": { body: denied } });
  const { out } = await meridian("operations", "get", "op_1");
  expect(out).toContain("policy-denied: A policy forbids this - One rule.");
  expect(out).toMatch(/mandatory +cost-limit-instances +64 instances are too many +Ask for at most 8\./);
});

test("an operation says what it changes of the cost, and a stack what it costs, in cents and with what has no price", async () => {
  const usd = (amount: string) => ({ amount, currency: "USD" });
  const unpriced = [{ type: "aws:mq/broker:Broker", count: 2, why: "no price" }];
  const estimate = { before: usd("37.354999"), after: usd("30.00"), change: usd("-7.354999"), unpriced: [] };
  const { meridian } = await serving({
    "GET /v1/operations/op_1": { body: { ...operation, estimate } },
    [`GET /v1/stacks/${stack.name}`]: { body: { ...stack, estimate: { monthly: usd("37.354999"), unpriced } } },
  });
  expect((await meridian("operations", "get", "op_1")).out).toMatch(
    /cost: +-7\.35 USD a month, from 37\.35 to 30\.00\n/,
  );
  expect((await meridian("stacks", "get", stack.name)).out).toMatch(/cost: +37\.35 USD a month; 2 without a price\n/);
});

test.each([
  ["operations", operation],
  ["rollouts", rollout],
])("cancelling one of %s posts to it", async (noun, thing) => {
  const { meridian, seen } = await serving({
    [`POST /v1/${noun}/${thing.id}/cancel`]: { status: 202, body: { ...thing, status: "cancelling" } },
  });
  const run = await meridian(noun, "cancel", thing.id);
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.out).toContain("cancelling");
  expect(seen[0]?.method).toBe("POST");
});

test("a problem is shown as code, title, detail and each fault, with exit code 1", async () => {
  const problem = {
    type: "about:blank",
    status: 400,
    code: "invalid-request",
    title: "The request does not fit its schema",
    detail: "One field is wrong.",
    errors: [{ pointer: "/regions/0", detail: '"mars" is not the name of a region' }],
  };
  const { meridian } = await serving({ "POST /v1/stack-sets": { status: 400, body: problem } });
  const run = await meridian("stack-sets", "create", "launch", "--blueprint", "b", "--region", "mars");
  expect(run).toEqual({
    exitCode: 1,
    out: "",
    err:
      "meridian: invalid-request: The request does not fit its schema - One field is wrong.\n" +
      '  /regions/0: "mars" is not the name of a region\n',
  });
});

test("an answer that is no problem document is shown with its status", async () => {
  const { meridian } = await serving({
    "GET /v1/stacks": { status: 502, write: (response) => response.end("Bad Gateway") },
  });
  expect(await meridian("stacks", "list")).toMatchObject({ exitCode: 1, err: "meridian: http-502: Bad Gateway\n" });
});

test("an answer of another shape is not taken for a stack set", async () => {
  const { meridian } = await serving({ "GET /v1/stack-sets/launch": { body: { hello: "world" } } });
  const run = await meridian("stack-sets", "get", "launch");
  expect(run).toMatchObject({ exitCode: 1, out: "" });
  expect(run.err).toContain("does not answer as Meridian does");
});

test("a service that cannot be reached is named, with what to do", async () => {
  const { meridian, url, close } = await serving({});
  await close();
  service = undefined;
  const run = await meridian("stacks", "list");
  expect(run).toMatchObject({ exitCode: 1 });
  expect(run.err).toContain(`${url} does not answer`);
  expect(run.err).toContain("npm start");
});

test("a name with a slash stays one part of the path", async () => {
  const { meridian, seen } = await serving({});
  await meridian("stacks", "get", "../operations");
  expect(seen[0]?.path).toBe("/v1/stacks/..%2Foperations");
});

test("what the service answers cannot steer the terminal", async () => {
  const { meridian } = await serving({
    "GET /v1/stacks/x": { body: { ...stack, outputs: { evil: "\u001b[2Jcleared" } } },
  });
  const { out } = await meridian("stacks", "get", "x");
  expect(out).toContain("[2Jcleared");
  expect(out).not.toContain("\u001b");
});

test("a stack set shows what it depends on and what depends on it", async () => {
  const body = {
    ...launch,
    dependsOn: [
      { input: "/inputs/network/vpcId", from: "ground", output: "vpcId" },
      { input: "/inputs/home", from: "hub", output: "vpcId", region: "us-east-1" },
    ],
    dependents: ["events", "watch"],
  };
  const { meridian } = await serving({ "GET /v1/stack-sets/launch": { body } });
  const { out } = await meridian("stack-sets", "get", "launch");
  expect(out).toMatch(/dependents: +events watch/);
  expect(out).toMatch(/DEPENDS ON +OF +OUTPUT +REGION/);
  expect(out).toMatch(/\/inputs\/network\/vpcId +ground +vpcId +the same/);
  expect(out).toMatch(/\/inputs\/home +hub +vpcId +us-east-1/);
});

test("a stack shows which of its inputs are stale, with the old and the new value", async () => {
  const changed = { input: "/inputs/size", from: "ground", output: "size", region: "eu-west-1" };
  const stale = [
    { ...changed, old: 3, new: 5 },
    { ...changed, input: "/inputs/vpcId", output: "vpcId", old: "vpc-1" },
  ];
  const { meridian } = await serving({ [`GET /v1/stacks/${stack.name}`]: { body: { ...stack, stale } } });
  const { out } = await meridian("stacks", "get", stack.name);
  expect(out).toMatch(/\/inputs\/size +size of ground +3 +5/);
  expect(out).toMatch(/\/inputs\/vpcId +vpcId of ground +vpc-1 +gone/);
});
