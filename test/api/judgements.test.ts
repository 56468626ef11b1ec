import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBundles, createDocumentJudge, createGate, type Gate, type StepContext } from "../../api/gate/index.ts";
import { createJudgementService } from "../../api/judgements/judgementService.ts";
import type { StackRecord } from "../../api/state/index.ts";
import { type Exemption, pack, readSettingsFile } from "../../policies/index.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

const type = "aws:ec2/securityGroup:SecurityGroup";
const door = (name: string) => ({
  ...{ urn: `urn:pulumi:dev::game::${type}::${name}`, type, custom: true },
  inputs: {
    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
    tags: { key: "hunter2" },
  },
});
const deployment = (...resources: object[]) => ({ version: 3, deployment: { resources } });
const stack = { id: "st", team: "default", project: "game", name: "kept", version: 1 } as StackRecord; // as much as is read

const exemption: Exemption = {
  ...{
    id: "ex_1",
    policy: "security-no-open-management-port",
    scope: { team: "default", project: "game", stack: "dev" },
  },
  ...{ reason: "A drill.", approvedBy: "Ada", startsAt: "2026-11-01T00:00:00Z", endsAt: "2026-12-01T00:00:00Z" },
};

let exemptions: readonly Exemption[] = [];
let gate: Gate;
let api: Harness;
let key: string;
let clock: { now(): Date } = { now: () => new Date() };

beforeAll(async () => {
  const read = readSettingsFile('{"cost-recommend-tags": "disabled"}', pack.rules);
  if ("faults" in read) throw new Error(read.faults.join());
  const exemptionsOf = async () => exemptions;
  gate = await createGate({ settings: read.settings, exemptionsOf, clock: { now: () => clock.now() } });
  const contextOf = async (
    { team, project, name }: StackRecord,
    phase: StepContext["phase"],
  ): Promise<StepContext> => ({
    ...{ environment: "staging", team, project, stack: name, phase },
  });
  const judgements = createJudgementService({
    stacks: {
      findStack: async ({ team, project, name }) =>
        team === stack.team && project === stack.project && name === stack.name ? stack : undefined,
      readOpened: async () => deployment(door("kept")).deployment,
      contextOf,
    },
    bundles: createBundles({ settings: read, exemptionsOf }),
    judge: createDocumentJudge(gate, read.settings, async () => ["studio.deny"]),
  });
  api = await startApi({ judgements });
  clock = api.clock;
  key = await api.keyFor("viewer");
});
afterAll(async () => {
  await api.close();
  await gate.close();
});

const judge = (body: unknown, headers: Record<string, string> = {}) =>
  api.send("POST", "/v1/gate", { key, body, headers });

test("an exported state is judged, and secrets or values in it are not repeated", async () => {
  const { status, body } = await judge({ deployment: deployment(door("open")) });
  expect(status).toBe(200);
  expect(body).toMatchObject({ passed: false, project: "game", stack: "dev", environment: "production" });
  expect(body.verdicts.map(({ policy }: { policy: string }) => policy)).toEqual(["security-no-open-management-port"]);
  expect(body.rulesAsked).toEqual(expect.arrayContaining(["security-no-open-management-port", "studio.deny"]));
  expect(JSON.stringify(body)).not.toContain("hunter2");
});

test("a stack of the service is judged by its state, as what the service knows it to be", async () => {
  const { body } = await judge({ stack: "game/kept" });
  expect(body).toMatchObject({ passed: false, stack: "kept", environment: "staging" });
  expect((await judge({ stack: "game/kept", environment: "development" })).body.environment).toBe("development");
  const named = { ...door("x"), urn: `urn:pulumi:kept::game::${type}::x` };
  expect((await judge({ deployment: deployment(named) })).body.environment).toBe("staging");
  expectProblem(await judge({ stack: "game/none" }), "not-found");
});

test.each([
  ["application/sarif+json", /"version": "2\.1\.0"/],
  ["application/junit+xml", /<testsuites name="Meridian game\/dev"/],
  ["application/xml", /<failure message=/],
  ["text/plain", /denied: 1 refused/],
  ["application/json", /"passed": false/],
  ["*/*", /"passed": false/],
])("as %s it is told in that form", async (accept, form) => {
  const response = await fetch(`${api.url}/v1/gate`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", accept },
    body: JSON.stringify({ deployment: deployment(door("open")) }),
  });
  expect(response.headers.get("content-type")).toMatch(accept === "*/*" ? /json/ : accept);
  expect(await response.text()).toMatch(form);
});

test("another form is not to be had", async () => {
  expectProblem(await judge({ deployment: deployment() }, { accept: "image/png" }), "not-acceptable");
});

test("nonsense is refused with the place of each fault", async () => {
  expectProblem(await judge({}), "invalid-request");
  expectProblem(await judge({ stack: "game/kept", events: [] }), "invalid-request");
  expectProblem(await judge({ deployment: deployment(), colour: "red" }), "invalid-request");
  const reply = await judge({ deployment: deployment({ urn: 7 }, door("open"), { ...door("x"), type: "" }) });
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/deployment/deployment/resources/0/urn",
    "/deployment/deployment/resources/2/type",
  ]);
  const deep = `{"events":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`;
  expectProblem(
    await api.send("POST", "/v1/gate", { key, raw: deep, headers: { "content-type": "application/json" } }),
    "invalid-request",
  );
});

test("a document may be larger than other bodies, and a larger one is refused", async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => ({
    ...door(`d${index}`),
    outputs: { text: "x".repeat(500) },
  }));
  const { body } = await judge({ deployment: deployment(...many) });
  expect(body.summary).toMatchObject({ resources: 3_000, refusals: 3_000 });
  expectProblem(await judge({ events: ["x".repeat(17 * 1_048_576)] }), "body-too-large");
});

test("an exemption lets through until its last moment, and changes the digest by which a bundle is known", async () => {
  const bundle = async () => (await api.send("GET", "/v1/gate/bundle?stack=game/kept", { key })).body;
  const before = await bundle();
  expect(before).toMatchObject({ settings: { "cost-recommend-tags": "disabled" }, exemptions: [], ownPacks: [] });
  const doc = { deployment: deployment(door("open")) };
  expect((await judge({ ...doc, digest: before.digest })).status).toBe(200);
  exemptions = [exemption];
  const stale = await judge({ ...doc, digest: before.digest });
  expectProblem(stale, "stale-bundle");
  const present = await bundle();
  expect(stale.body).toMatchObject({ given: before.digest, present: present.digest });
  expect(present.config["security-no-open-management-port"].exemptions).toEqual([
    expect.objectContaining({ id: "ex_1", scope: { project: "game", stack: "kept" } }),
  ]);
  const at = (time: string) => {
    clock = { now: () => new Date(time) };
  };
  at("2026-11-30T23:59:59Z");
  expect((await judge({ ...doc, digest: present.digest })).body).toMatchObject({
    passed: true,
    summary: { exempted: 1 },
  });
  at("2026-12-01T00:00:01Z");
  expect((await judge({ ...doc, digest: present.digest })).body).toMatchObject({ passed: false });
  exemptions = [];
});

test("the bundle's ETag is its digest, and another team's stack has none", async () => {
  const reply = await api.send("GET", "/v1/gate/bundle?stack=game/kept", { key });
  expect(reply.headers.get("etag")).toBe(`"${reply.body.digest}"`);
  expectProblem(await api.send("GET", "/v1/gate/bundle?stack=other", { key }), "not-found");
  expectProblem(await api.send("GET", "/v1/gate/bundle", { key }), "invalid-request");
});

describe("who asked, about what, and what was said is on record", () => {
  const last = async () => {
    const { body } = await api.send("GET", "/v1/audit-log?pageSize=1", { key: await api.keyFor("admin") });
    const [record] = body.items;
    return record;
  };
  const counts = { refusals: 1, advice: 0, unknown: 0, exempted: 0, resources: 1 };

  test("of a document by its digest, and that of the bundle", async () => {
    const { body } = await judge({ deployment: deployment(door("open")) });
    const sha256 = createHash("sha256")
      .update(JSON.stringify(deployment(door("open"))))
      .digest("hex");
    expect(await last()).toMatchObject({
      ...{ action: "gate.judge", outcome: "done", subject: "/v1/gate", team: "default" },
      details: {
        ...{ judged: "deployment", sha256, project: "game", stack: "dev", environment: "production" },
        ...{ bundle: body.digest, passed: false, ...counts },
      },
    });
    expect(JSON.stringify(await last())).not.toContain("hunter2");
  });

  test("of a stack by its version", async () => {
    await judge({ stack: "game/kept" });
    expect(await last()).toMatchObject({
      subject: "/v1/stacks/game%2Fkept",
      details: { judged: "stack", version: 1, passed: false, ...counts },
    });
  });

  test("of one that an exemption lets through", async () => {
    exemptions = [exemption];
    clock = { now: () => new Date("2026-11-30T00:00:00Z") };
    await judge({ deployment: deployment(door("open")) });
    exemptions = [];
    expect((await last()).details).toMatchObject({ passed: true, refusals: 0, exempted: 1 });
  });

  test("whatever names stand in the document", async () => {
    const odd = { ...door("x"), urn: `urn:pulumi:${"s".repeat(3_000)}::<game>::${type}::x` };
    expect((await judge({ deployment: deployment(odd) })).status).toBe(200);
    const { subject, details } = await last();
    expect(subject).toBe("/v1/gate");
    expect(Object.keys(details)).not.toContain("stack");
  });

  test("and what was not judged is not", async () => {
    const before = await last();
    expectProblem(await judge({ stack: "game/none" }), "not-found");
    expectProblem(await judge({ deployment: deployment(), digest: `sha256:${"0".repeat(64)}` }), "stale-bundle");
    expect(await last()).toEqual(before);
  });
});
