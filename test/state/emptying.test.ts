import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TeardownFacts } from "../../api/gate/index.ts";
import type { JournalEntry, Resource } from "../../api/state/deployments/deployment.ts";
import { grantExemption, usesOf } from "./support/exemptions.ts";
import { begun, protocolClient, type RunningUpdate, succeeded, thing } from "./support/protocolClient.ts";
import { insertOperation, insertTarget } from "./support/rows.ts";
import { realGate, startTestBackend, TEAM, type TestBackend, testKeyring } from "./support/testBackend.ts";

const root: Resource = { ...thing("game-dev", {}, "pulumi:pulumi:Stack"), custom: false };
const component: Resource = { ...thing("frame", {}, "game:index:Frame"), custom: false };
const provider = { ...thing("cloud", {}, "pulumi:providers:test"), id: "p-1" };
const [hall, lobby] = [thing("hall"), thing("lobby")];
const all = [root, component, provider, hall, lobby];

const calm: TeardownFacts = { now: "2026-03-01T12:00:00Z", gameEvents: [], dependents: [] };
const used: TeardownFacts = { ...calm, dependents: ["shop.live.eu-west-1"] };
const finals = { name: "finals", startsAt: "2026-03-01T11:00:00Z", endsAt: "2026-03-01T13:00:00Z" };
const inEvent: TeardownFacts = { ...calm, gameEvents: [finals] };
const USED = "reliability-keep-used-stacks";
const refused = { status: 403, body: { message: expect.stringContaining("shop.live.eu-west-1 takes outputs of it") } };

let backend: TestBackend;
/** Another control process on the same database. */
let beside: TestBackend;
let client: ReturnType<typeof protocolClient>;
let around = calm;
beforeAll(async () => {
  const keyring = testKeyring();
  const options = { gate: await realGate(), keyring, teardownFacts: async () => around };
  backend = await startTestBackend(options);
  beside = await startTestBackend({ ...options, database: backend.database });
  client = protocolClient(backend);
  await insertTarget(backend);
});
beforeEach(() => {
  around = calm;
});
afterAll(async () => {
  await beside.close();
  await backend.close();
  await (await realGate()).close();
});

let stacks = 0;
async function stackOf(...resources: readonly Resource[]): Promise<string> {
  const name = `emptied-${++stacks}`;
  const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags: {} };
  await backend.state.ensureStack(undefined, { team: TEAM, project: "game", name, ...place });
  const stack = `/api/stacks/${TEAM}/game/${name}`;
  const update = await client.start(stack);
  for (const [index, resource] of resources.entries())
    await update.journal(begun(index + 1, "creating", resource), succeeded(index + 1, resource));
  expect((await update.complete()).status).toBe(200);
  return stack;
}

type Planned = readonly [op: string, resource: Resource];

async function preview(stack: string, kind: string, steps: readonly Planned[], key?: string) {
  const update = await client.start(stack, { kind, dryRun: true, ...(key !== undefined && { key }) });
  const events = steps.map(([op, resource], sequence) => {
    const state = { ...resource, outputs: {} };
    const [before, after] = [op === "create" ? null : state, op === "delete" ? null : state];
    const metadata = { op, urn: resource.urn, type: resource.type, old: before, new: after, detailedDiff: null };
    return { sequence, timestamp: 1, resourcePreEvent: { planning: true, metadata } };
  });
  expect((await update.send("POST", "events/batch", { events })).status).toBe(200);
  return update.complete();
}

const deleting = (...resources: readonly Resource[]): readonly Planned[] => resources.map((one) => ["delete", one]);

/** What an engine journals of a resource that stays as it is, and of a deletion that begins. */
const same = (operationID: number, state: Resource): Partial<JournalEntry>[] => [
  { kind: 0, operationID },
  succeeded(operationID, state, { removeOld: all.indexOf(state) }),
];
const deletes = (operationID: number, resource: Resource) => begun(operationID, "deleting", resource);

async function emptiedUp(stack: string, ...more: Partial<JournalEntry>[]): Promise<RunningUpdate> {
  const update = await client.start(stack);
  expect((await update.journal(...same(1, root), ...more)).status).toBe(200);
  return update;
}

describe("the preview of an up", () => {
  test("that leaves the root, components and providers only is refused as a teardown, and says so", async () => {
    const stack = await stackOf(...all);
    around = used;
    const answer = await preview(stack, "update", [["same", root], ...deleting(hall, lobby)]);
    expect(answer).toMatchObject(refused);
    expect(answer.body.message).toContain("this update would leave nothing of the stack");
    around = calm;
    expect((await preview(stack, "update", deleting(hall, lobby))).status).toBe(200);
  });

  test("of an operation of the service is refused as a laptop's is", async () => {
    const stack = await stackOf(...all);
    around = used;
    expect(await preview(stack, "update", deleting(hall, lobby), await engineOf(stack))).toMatchObject(refused);
  });

  test("that keeps, makes or replaces something is none, whatever is around the stack", async () => {
    const stack = await stackOf(...all);
    around = { ...used, ...inEvent, dependents: used.dependents };
    expect((await preview(stack, "update", deleting(hall))).status).toBe(200);
    expect((await preview(stack, "update", [...deleting(hall, lobby), ["create", thing("shop")]])).status).toBe(200);
    const replaced: readonly Planned[] = [
      ["delete-replaced", hall],
      ["create-replacement", hall],
    ];
    expect((await preview(stack, "update", [...replaced, ...deleting(lobby)])).status).toBe(200);
  });

  test("that makes a component or a provider only, in place of all there was, is one", async () => {
    const stack = await stackOf(root, hall);
    around = used;
    const instead: readonly Planned[] = [
      ["create", component],
      ["create", provider],
    ];
    expect(await preview(stack, "update", [...instead, ...deleting(hall)])).toMatchObject(refused);
  });
});

describe("an up that nobody previewed, of a program that was emptied,", () => {
  test("is refused at its first deletion, before anything has died", async () => {
    const stack = await stackOf(...all);
    const update = await emptiedUp(stack);
    around = used;
    expect(await update.journal(deletes(2, hall), deletes(3, lobby))).toMatchObject(refused);
    await update.complete("failed");
    const names = (await client.exported(stack)).resources.map(({ urn }: Resource) => urn);
    expect(names).toEqual(expect.arrayContaining([hall.urn, lobby.urn]));
  });

  test("is refused too when another control process takes its steps", async () => {
    const stack = await stackOf(...all);
    const update = await emptiedUp(stack);
    around = used;
    const elsewhere = await beside.call("PATCH", `${update.path}/journalentries`, {
      authorization: `update-token ${update.token}`,
      body: { entries: [{ version: 1, sequenceID: 50, ...deletes(2, hall) }] },
    });
    expect(elsewhere).toMatchObject(refused);
  });

  test("goes on once it was let begin, whatever happens around it meanwhile", async () => {
    const update = await emptiedUp(await stackOf(...all));
    expect((await update.journal(deletes(2, hall))).status).toBe(200);
    around = used;
    expect((await update.journal(deletes(3, lobby))).status).toBe(200);
  });

  test("begins under an exemption of the rule, and has used it once", async () => {
    const stack = await stackOf(...all);
    around = used;
    const id = await grantExemption(backend, USED, { maxUses: 1 });
    const update = await emptiedUp(stack);
    expect((await update.journal(deletes(2, hall))).status).toBe(200);
    expect((await update.journal(deletes(3, lobby))).status).toBe(200);
    expect(await usesOf(backend, id)).toBe(1);
    await update.complete();
    const next = await emptiedUp(await stackOf(...all));
    expect(await next.journal(deletes(2, hall))).toMatchObject(refused);
  });

  test("is not asked when the program keeps or makes something", async () => {
    const [kept, made] = [await stackOf(...all), await stackOf(...all)];
    around = used;
    const keeping = await emptiedUp(kept, ...same(2, lobby));
    expect((await keeping.journal(deletes(3, hall))).status).toBe(200);
    const making = await emptiedUp(made, begun(2, "creating", thing("shop")), succeeded(2, thing("shop")));
    expect((await making.journal(deletes(3, hall), deletes(4, lobby))).status).toBe(200);
  });

  test("cannot be told from one that deletes to replace, but by a preview", async () => {
    const stack = await stackOf(root, hall);
    around = used;
    const blind = await emptiedUp(stack);
    expect(await blind.journal(deletes(2, hall))).toMatchObject(refused);
    await blind.complete("failed");
    const shown: readonly Planned[] = [
      ["delete-replaced", hall],
      ["create-replacement", hall],
    ];
    expect((await preview(stack, "update", shown)).status).toBe(200);
    const seen = await emptiedUp(stack);
    expect((await seen.journal(deletes(2, hall))).status).toBe(200);
    const gone = { kind: 1, operationID: 2, pendingReplacementOld: 1 };
    expect((await seen.journal(gone, begun(3, "creating", hall), succeeded(3, hall))).status).toBe(200);
  });
});

describe("a part of a stack", () => {
  test("goes by an up with targets as its preview showed, and no further", async () => {
    const stack = await stackOf(...all);
    around = used;
    expect((await preview(stack, "update", deleting(hall))).status).toBe(200);
    const update = await emptiedUp(stack);
    expect((await update.journal(deletes(2, hall))).status).toBe(200);
    expect(await update.journal(deletes(3, lobby))).toMatchObject(refused);
  });

  test("goes by a destroy with targets though others take outputs of the stack, and no further", async () => {
    const stack = await stackOf(...all);
    around = used;
    expect((await preview(stack, "destroy", deleting(hall))).status).toBe(200);
    const update = await client.start(stack, { kind: "destroy" });
    expect((await update.journal(deletes(1, hall))).status).toBe(200);
    expect(await update.journal(deletes(2, lobby))).toMatchObject(refused);
  });

  test("that is all there is left is the whole", async () => {
    const stack = await stackOf(root, hall);
    around = used;
    expect(await preview(stack, "destroy", deleting(hall))).toMatchObject(refused);
    expect((await client.begin(stack, { kind: "destroy" })).answer).toMatchObject(refused);
  });

  test("is not known without a preview, or after another one: the whole is asked for", async () => {
    const [never, before] = [await stackOf(...all), await stackOf(...all)];
    around = used;
    expect((await client.begin(never, { kind: "destroy" })).answer).toMatchObject(refused);
    expect((await preview(before, "destroy", deleting(hall))).status).toBe(200);
    expect((await preview(before, "update", [["same", hall]])).status).toBe(200);
    expect((await client.begin(before, { kind: "destroy" })).answer).toMatchObject(refused);
  });

  test("is not destroyed inside the window of a game event, previewed or not", async () => {
    const stack = await stackOf(...all);
    expect((await preview(stack, "destroy", deleting(hall))).status).toBe(200);
    around = inEvent;
    const closed = { status: 403, body: { message: expect.stringContaining("the game event finals") } };
    expect((await client.begin(stack, { kind: "destroy" })).answer).toMatchObject(closed);
    expect(await preview(stack, "destroy", deleting(hall))).toMatchObject(closed);
    expect((await preview(stack, "update", deleting(hall))).status).toBe(200);
  });
});

async function engineOf(stack: string): Promise<string> {
  const operation = await insertOperation(backend);
  const found = await backend.state.findStack({ team: TEAM, project: "game", name: stack.split("/").at(-1) ?? "" });
  return backend.state.issueOperationToken({ operation, stackId: found?.id ?? "", person: "ada@studio", ttl: 600 });
}
