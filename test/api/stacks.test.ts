import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "../../api/base/ids.ts";
import { statusOf } from "../../api/stacks/stack.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let key: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
});
afterAll(() => api.close());

let name: string;
let count = 0;
beforeEach(async () => {
  count += 1;
  name = `set-${count}`;
  await create();
});

const create = (change: Record<string, unknown> = {}) =>
  api.send("POST", "/v1/stack-sets", {
    key,
    body: { ...launch, name, regions: ["eu-west-1", "us-east-1"], ...change },
  });
const stack = (region = "eu-west-1") => `${name}.sandbox.${region}`;
const show = (id = stack()) => api.send("GET", `/v1/stacks/${encodeURIComponent(id)}`, { key });
const start = (body: unknown, id = stack()) =>
  api.send("POST", `/v1/stacks/${encodeURIComponent(id)}/operations`, { key, body });

test("a stack that is asked for and not there yet is absent, with all that is known of it", async () => {
  expect((await show()).body).toEqual({
    id: stack(),
    blueprintDigest: "sha256:arena",
    name: stack(),
    team: "default",
    project: "meridian",
    stackSet: name,
    target: "sandbox",
    cloud: "sandbox",
    region: "eu-west-1",
    status: "absent",
    outputs: {},
    resourceCount: 0,
    findings: 0,
    doors: ["service", "cli"],
  });
});

test("once its Pulumi stack is there, the stack shows its outputs, resources and newest operation, and is listed once", async () => {
  await insertStack({ outputs: { endpoint: "x", password: { secret: true } }, resourceCount: 15 });
  await insertOperation("up", "succeeded");
  const operation = await insertOperation("preview", "failed");
  const { body } = await show();
  expect(body).toMatchObject({
    status: "ready",
    outputs: { endpoint: "x", password: { secret: true } },
    resourceCount: 15,
    lastOperation: operation,
  });
  const list = await api.send("GET", `/v1/stacks?stackSet=${name}`, { key });
  expect(list.body.items.map((item: { name: string }) => item.name)).toEqual([stack(), stack("us-east-1")]);
  expect(list.body.items[0]).toEqual(body);
});

test("a stack says what it costs a month as it stands, what of it has no price, and since when", async () => {
  const id = await insertStack({ resourceCount: 2 });
  const unpriced = [{ type: "aws:mq/broker:Broker", count: 1, why: "the price book has no price for this type" }];
  const cost = { stackId: id, team: "default", stackSet: name, stack: `default/meridian/${stack()}` };
  const regionAssumed = [{ type: "aws:ec2/natGateway:NatGateway", count: 1, why: "no region is known" }];
  const notes = { unpriced: JSON.stringify(unpriced), regionAssumed: JSON.stringify(regionAssumed) };
  const at = new Date("2026-01-01T00:00:00Z");
  await api.db
    .insertInto("stackCosts")
    .values([
      { ...cost, at, monthly: 3_650_000, unpriced: "[]" },
      { ...cost, ...notes, at: new Date("2026-02-01T00:00:00Z"), monthly: 37_350_001 },
    ])
    .execute();
  const { body } = await show();
  expect(body.estimate).toEqual({
    monthly: { amount: "37.350001", currency: "USD" },
    unpriced,
    regionAssumed,
    since: "2026-02-01T00:00:00.000Z",
  });
  expect((await show(stack("us-east-1"))).body.estimate).toBeUndefined();
});

test.each([
  ["an up under way on nothing", "up", "running", 0, "creating"],
  ["an up being previewed", "up", "previewing", 0, "creating"],
  ["an up under way on something", "up", "running", 3, "updating"],
  ["a refresh under way", "refresh", "running", 3, "updating"],
  ["a teardown under way", "destroy", "cancelling", 3, "deleting"],
  ["an up that waits", "up", "queued", 3, "ready"],
  ["an up that waits for approval", "up", "awaiting-approval", 0, "absent"],
  ["an up that succeeded", "up", "succeeded", 3, "ready"],
  ["an up that was denied", "up", "policy-denied", 0, "failed"],
  ["an up that was cancelled half-way", "up", "cancelled", 2, "failed"],
  ["a teardown that succeeded", "destroy", "succeeded", 0, "absent"],
  ["a teardown that failed", "destroy", "failed", 3, "failed"],
])("%s makes a stack's status what it is", (_what, kind, status, resourceCount, expected) => {
  expect(statusOf({ resourceCount, suspects: 0, latest: { kind, status } })).toBe(expected);
});

test("a stack with creates in doubt has failed, whatever succeeded before", () => {
  expect(statusOf({ resourceCount: 3, suspects: 1, latest: { kind: "refresh", status: "succeeded" } })).toBe("failed");
  expect(statusOf({ resourceCount: 3, suspects: 0, latest: undefined })).toBe("ready");
});

test("the newest work decides, by the service or by a laptop", async () => {
  const id = await insertStack({ resourceCount: 3 });
  await insertOperation("up", "failed");
  expect((await show()).body.status).toBe("failed");
  await insertUpdate(id, "update", "running");
  expect((await show()).body.status).toBe("updating");
  await api.db.updateTable("updates").set({ status: "succeeded" }).where("stackId", "=", id).execute();
  expect((await show()).body.status).toBe("ready");
});

test("operations of a stack set that had the name before say nothing of today's", async () => {
  await insertOperation("up", "failed");
  await api.db.updateTable("stackSets").set({ deletedAt: new Date() }).where("name", "=", name).execute();
  await create();
  const { body } = await show();
  expect(body.status).toBe("absent");
  expect(body).not.toHaveProperty("lastOperation");
});

test("a stack of another project stands beside them, under its project and name", async () => {
  await insertStack({
    project: "website",
    name: "prod",
    target: null,
    region: null,
    stackSetId: null,
    resourceCount: 2,
  });
  const { body } = await show("website/prod");
  expect(body).toMatchObject({ id: "website/prod", project: "website", name: "prod", status: "ready" });
  expect(body).not.toHaveProperty("stackSet");
  expectProblem(await show("prod"), "not-found");
  const listed = await api.send("GET", "/v1/stacks?project=website", { key });
  expect(listed.body.items).toEqual([body]);
  expectProblem(await start({ kind: "up" }, "website/prod"), "invalid-transition");
});

test("lists are narrowed by stack set, target and region", async () => {
  const names = async (query: string) => {
    const { body } = await api.send("GET", `/v1/stacks?${query}`, { key });
    return body.items.map((item: { name: string }) => item.name);
  };
  expect(await names(`stackSet=${name}&region=us-east-1`)).toEqual([stack("us-east-1")]);
  expect(await names(`stackSet=${name}&target=elsewhere`)).toEqual([]);
  expect(await names("stackSet=nothing")).toEqual([]);
});

test.each(["preview", "up", "refresh", "destroy"])("an operation %s answers 202 and where it is", async (kind) => {
  const reply = await start({ kind });
  expect(reply.status).toBe(202);
  expect(reply.headers.get("location")).toBe(`/v1/operations/${reply.body.id}`);
  expect(api.operations.started.at(-1)).toMatchObject({
    kind,
    region: "eu-west-1",
    requestedBy: "operator of default",
  });
});

test.each([
  ["an unknown kind", { kind: "explode" }, "/kind"],
  ["no kind", {}, "/kind"],
  ["an unknown member", { kind: "up", force: true }, "/force"],
])("an operation with %s is refused", async (_what, body, pointer) => {
  expect(expectProblem(await start(body), "invalid-request")).toEqual([pointer]);
});

test("an operation on what no stack set asks for any more may only refresh or destroy", async () => {
  await insertStack({ name: stack("us-west-2"), region: "us-west-2", resourceCount: 3 });
  expectProblem(await start({ kind: "up" }, stack("us-west-2")), "invalid-transition");
  expect((await start({ kind: "destroy" }, stack("us-west-2"))).status).toBe(202);
  expectProblem(await start({ kind: "up" }, stack("sa-east-1")), "not-found");
});

test("a stack without the door of the service is not changed through it", async () => {
  await insertStack({ doors: ["cli"] });
  expectProblem(await start({ kind: "up" }), "door-closed");
});

async function stackSetId(): Promise<string> {
  const found = api.db.selectFrom("stackSets").select("id").where("name", "=", name).where("deletedAt", "is", null);
  return (await found.executeTakeFirstOrThrow()).id;
}

interface StackRow {
  project?: string;
  name?: string;
  target?: string | null;
  region?: string | null;
  stackSetId?: string | null;
  doors?: string[];
  outputs?: unknown;
  resourceCount?: number;
}

async function insertStack({ outputs, ...row }: StackRow): Promise<string> {
  const defaults = { team: "default", project: "meridian", name: stack(), target: "sandbox", region: "eu-west-1" };
  const { id } = await api.db
    .insertInto("stacks")
    .values({
      ...defaults,
      stackSetId: await stackSetId(),
      doors: ["service", "cli"],
      config: null,
      activeUpdate: null,
      outputs: JSON.stringify(outputs ?? {}),
      ...row,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function insertOperation(kind: string, status: string): Promise<string> {
  const id = newId("op");
  const nothing = {
    rollout: null,
    changes: null,
    applied: null,
    error: null,
    planDigest: null,
    estimate: null,
    approvedBy: null,
    cancelRequestedAt: null,
    startedAt: null,
    finishedAt: null,
  };
  const place = {
    team: "default",
    stack: stack(),
    stackSet: name,
    target: "sandbox",
    cloud: "sandbox",
    region: "eu-west-1",
  };
  const asked = { requestedBy: "test", person: "test" };
  const what = { blueprint: "arena", blueprintDigest: "sha256:arena", inputs: "{}", ...asked };
  await api.db
    .insertInto("operations")
    .values({ id, kind, status, stackSetId: await stackSetId(), ...nothing, ...place, ...what })
    .execute();
  return id;
}

async function insertUpdate(stackId: string, kind: string, status: string): Promise<void> {
  await api.db
    .insertInto("updates")
    .values({
      id: crypto.randomUUID(),
      stackId,
      kind,
      status,
      dryRun: false,
      version: 1,
      operation: null,
      door: "cli",
      requestedBy: "laptop",
      journaled: true,
      leaseHash: null,
      leaseExpiresAt: null,
      request: "{}",
      changes: null,
      applied: null,
      startedAt: null,
      finishedAt: null,
    })
    .execute();
}
