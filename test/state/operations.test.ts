import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../api/base/ids.ts";
import type { StackRecord } from "../../api/state/index.ts";
import { begun, protocolClient, type RunningUpdate, succeeded, thing } from "./support/protocolClient.ts";
import { startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
let stack: StackRecord;
let path: string;
let operation: string;
let token: string;

beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
  const { db } = backend.database;
  await db
    .insertInto("blueprintArtefacts")
    .values({ digest: "sha256:1", name: "b", version: "1", manifest: "{}", publishedBy: "x" })
    .execute();
  await db
    .insertInto("targets")
    .values({
      name: "live",
      cloud: "aws",
      account: "1",
      environment: "production",
      regions: ["r"],
      doors: [],
      credentials: "{}",
    })
    .execute();
});
afterAll(() => backend.close());

beforeEach(async () => {
  operation = newId("op");
  const name = `launch-${operation.slice(-12)}`;
  stack = await backend.state.ensureStack(undefined, {
    team: TEAM,
    project: "meridian",
    name,
    target: "live",
    region: "r",
    doors: ["service"],
    tags: { "meridian:environment": "production" },
    config: { "aws:region": "r" },
  });
  path = `/api/stacks/${TEAM}/meridian/${name}`;
  const { db } = backend.database;
  await db
    .insertInto("operations")
    .values({
      id: operation,
      kind: "up",
      team: TEAM,
      stack: name,
      stackSetId: null,
      stackSet: null,
      target: "live",
      cloud: "aws",
      region: "r",
      rollout: null,
      blueprint: "b",
      blueprintDigest: "sha256:1",
      inputs: "{}",
      status: "running",
      requestedBy: "x",
      person: "x",
      changes: null,
      applied: null,
      error: null,
      planDigest: null,
      estimate: null,
      approvedBy: null,
      cancelRequestedAt: null,
      startedAt: null,
      finishedAt: null,
    })
    .execute();
  token = await backend.state.issueOperationToken({ operation, stackId: stack.id, person: "x", ttl: 60 });
  backend.told.length = 0;
});

const start = (options: object = {}): Promise<RunningUpdate> => client.start(path, { key: token, ...options });
const steps = () =>
  backend.told.flatMap(({ steps: told = [] }) =>
    told.map(({ urn, op, phase }) => `${phase} ${op} ${urn.split("::").at(-1)}`),
  );
const completions = () => backend.told.flatMap(({ end }) => (end ? [end] : []));

describe("the token of an operation", () => {
  test("reaches its stack and no other, and ends with its time", async () => {
    const other = await client.makeStack();
    expect((await backend.call("GET", path, { key: token })).status).toBe(200);
    expect((await backend.call("GET", other, { key: token })).status).toBe(404);
    expect((await client.create(other, { key: token })).status).toBe(404);
    expect((await backend.call("GET", "/api/user/stacks", { key: token })).body.stacks).toHaveLength(1);
    expect(
      (await backend.call("POST", `/api/stacks/${TEAM}/meridian`, { key: token, body: { stackName: "x" } })).status,
    ).toBe(404);
    backend.moveClock(61);
    expect((await backend.call("GET", path, { key: token })).status).toBe(401);
  });

  test("ends when it is revoked", async () => {
    await backend.state.revokeOperationTokens(operation);
    expect((await backend.call("GET", path, { key: token })).status).toBe(401);
  });
});

test("a stack without the door cli is changed by its operations only, and previewed by all", async () => {
  expect((await client.begin(path)).answer).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("through the service only") },
  });
  expect((await client.begin(path, { dryRun: true })).answer.status).toBe(200);
  expect((await client.begin(path, { key: token })).answer.status).toBe(200);
});

test("the listener is told of start, steps, events and end, once each", async () => {
  const update = await start();
  const [a, b] = [thing("a"), thing("b")];
  const first = [
    { ...begun(1, "creating", a), sequenceID: 1 },
    { ...begun(2, "creating", b), sequenceID: 2 },
  ];
  await update.journal(...first);
  await update.journal(...first);
  await update.journal({ ...succeeded(1, a), sequenceID: 3 }, { kind: 2, operationID: 2, sequenceID: 4 });
  const summary = {
    sequence: 1,
    timestamp: 1,
    summaryEvent: { durationSeconds: 1, resourceChanges: { create: 1, same: 2 } },
  };
  for (const _ of [1, 2]) await update.send("POST", "events/batch", { events: [summary] });
  for (const _ of [1, 2]) await update.complete("failed");
  expect(backend.told.map(({ what }) => what)).toEqual(["started", "steps", "steps", "events", "completed"]);
  expect(steps()).toEqual(["begun create a", "begun create b", "succeeded create a", "failed create b"]);
  expect(completions()).toMatchObject([
    { status: "failed", changes: { create: 1, same: 2 }, applied: { create: 1 }, suspects: [] },
  ]);
});

test("a laptop's update tells the listener nothing", async () => {
  const own = await client.makeStack();
  const update = await client.start(own);
  await update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")));
  await update.complete();
  expect(backend.told).toEqual([]);
});

describe("the updates of an operation whose engine is dead", () => {
  test("end as failed, with what was done in the state and the creates in flight as suspects", async () => {
    const update = await start();
    const [a, b, c] = [thing("a"), thing("b"), thing("c")];
    await update.journal(begun(1, "creating", a), succeeded(1, a), begun(2, "creating", b), begun(3, "updating", c));
    expect(await backend.state.appliedBy(operation)).toMatchObject({ create: 1 });
    const suspects = [{ urn: b.urn, type: b.type, since: expect.any(String) }];
    expect(await backend.state.abandonUpdates(operation)).toEqual(suspects);
    expect(await backend.state.abandonUpdates(operation)).toEqual(suspects);
    expect(completions()).toMatchObject([{ status: "failed", applied: { create: 1 }, suspects }]);
    expect(await backend.state.findStackById(stack.id)).toMatchObject({
      activeUpdate: undefined,
      suspects,
      resourceCount: 1,
    });
    expect((await update.journal(succeeded(2, b))).status).toBe(403);
    expect(await backend.state.appliedBy(operation)).toMatchObject({ create: 1 });
  });

  test("leave the stack refusing an up and a destroy until its creates are settled by a refresh or an import", async () => {
    const update = await start();
    await update.journal(begun(1, "creating", thing("b")));
    await backend.state.abandonUpdates(operation);
    const { db } = backend.database;
    const asked = async (kind: string) => {
      const of = kind === "update" ? "up" : kind;
      await db.updateTable("operations").set({ kind: of }).where("id", "=", operation).execute();
      return client.create(path, { kind, key: token });
    };
    expect(await asked("update")).toMatchObject({ status: 409, body: { message: expect.stringContaining("::b") } });
    expect((await asked("destroy")).status).toBe(409);
    expect((await asked("refresh")).status).toBe(200);
    const { deployment, version } = await backend.state.readDeployment(stack.id);
    const { pending_operations: _, ...settled } = deployment;
    const put = { body: { version, deployment: settled } };
    expect((await backend.call("POST", `${path}/import`, { ...put, key: token })).status).toBe(403);
    await backend.state.ensureStack(undefined, { ...stack, doors: ["service", "cli"] });
    expect((await backend.call("POST", `${path}/import`, put)).status).toBe(200);
    expect((await asked("update")).status).toBe(200);
  });
});

test("the wait for a lease ends when it is free, when it runs out, or at its deadline", async () => {
  const soon = () => new Date(Date.now() + 3600_000);
  expect(await backend.state.awaitLeaseFree(stack.id, soon())).toBe(true);
  const update = await start();
  expect(await backend.state.awaitLeaseFree(stack.id, new Date(0))).toBe(false);
  const waiting = backend.state.awaitLeaseFree(stack.id, soon());
  await update.complete();
  expect(await waiting).toBe(true);
  await start();
  backend.moveClock(301);
  expect(await backend.state.awaitLeaseFree(stack.id, soon())).toBe(true);
  expect(completions().at(-1)).toMatchObject({ status: "failed" });
});

test("what was applied counts a replacement once, an import as a creation, and a read as nothing", async () => {
  const base = await start();
  const names = ["kept", "changed", "replaced", "gone"];
  await base.journal(
    ...names.flatMap((name, index) => [begun(index + 1, "creating", thing(name)), succeeded(index + 1, thing(name))]),
  );
  await base.complete();
  backend.told.length = 0;
  const update = await start();
  await update.journal(
    { kind: 0, operationID: 1 },
    succeeded(1, thing("kept"), { removeOld: 0 }),
    begun(2, "updating", thing("changed")),
    succeeded(2, thing("changed"), { removeOld: 1 }),
    begun(3, "creating", thing("replaced")),
    succeeded(3, thing("replaced"), { deleteOld: 2 }),
    begun(4, "deleting", { ...thing("replaced"), delete: true }),
    { kind: 1, operationID: 4, removeOld: 2 },
    begun(5, "deleting", thing("gone")),
    { kind: 1, operationID: 5, removeOld: 3 },
    begun(6, "importing", thing("found")),
    succeeded(6, thing("found")),
    begun(7, "reading", thing("seen")),
    succeeded(7, thing("seen")),
  );
  await update.complete();
  expect(completions()).toMatchObject([{ applied: { create: 1, update: 1, replace: 1, delete: 1, same: 1 } }]);
});

test("a stack is made once, and keeps the tags of clients when the service changes its own", async () => {
  const again = await backend.state.ensureStack(undefined, {
    team: TEAM,
    project: "meridian",
    name: stack.name,
    target: "live",
    region: "r",
    doors: ["service", "cli"],
    tags: { "meridian:environment": "staging" },
  });
  expect(again).toMatchObject({
    id: stack.id,
    doors: ["service", "cli"],
    tags: { "meridian:environment": "staging" },
    config: { "aws:region": "r" },
  });
});

test("the configuration that the service gave a stack is what a laptop's config refresh gets", async () => {
  const { body } = await backend.call("GET", `${path}/updates/latest`);
  expect(body.info.config).toEqual({ "aws:region": { string: "r", secret: false, object: false } });
});

test("a stack is removed when it is empty and free, and removing it again is nothing", async () => {
  const update = await start();
  await update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")));
  await expect(backend.state.removeStack(stack.id)).rejects.toMatchObject({ code: "stack-locked" });
  await update.complete();
  await expect(backend.state.removeStack(stack.id)).rejects.toMatchObject({ code: "stack-not-empty" });
  expect((await backend.call("DELETE", `${path}?force=true`)).status).toBe(403);
  await backend.state.removeStack(stack.id, { force: true });
  await backend.state.removeStack(stack.id);
  expect(await backend.state.findStackById(stack.id)).toBeUndefined();
});
