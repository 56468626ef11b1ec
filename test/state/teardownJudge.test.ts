import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readVerdicts } from "../../api/operations/operationStore.ts";
import { lossOf } from "../../api/state/judgement/loss.ts";
import { type EditWorld, other, startEditWorld, store } from "./support/editWorld.ts";
import { begun, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { insertOperation, insertTarget } from "./support/rows.ts";
import { realGate, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let world: EditWorld;
beforeAll(async () => {
  world = await startEditWorld();
});
afterAll(() => world.close());

test("a teardown that is judged again, after a control process died in between, has each verdict once", async () => {
  const { backend, stackOf } = world;
  const name = (await stackOf(store())).split("/").at(-1) ?? "";
  const { db } = backend.database;
  const { id: stackId } = await db.selectFrom("stacks").select("id").where("name", "=", name).executeTakeFirstOrThrow();
  const operation = await insertOperation(backend);
  const first = await backend.state.judgeTeardown({ stackId, operation });
  expect(first.verdicts.length).toBeGreaterThan(0);
  await backend.state.judgeTeardown({ stackId, operation });
  const kept = (await readVerdicts(db, [operation])).get(operation) ?? [];
  expect(kept.length).toBe(first.verdicts.length);
});

describe("what a program retains", () => {
  const kept = store({ protect: false, retainOnDelete: true, inputs: { deletionProtectionEnabled: true } });
  const viewOf = async (stack: string) => {
    const name = stack.split("/").at(-1) ?? "";
    const found = await world.backend.state.findStack({ team: TEAM, project: "game", name });
    return world.backend.state.viewTeardown(found?.id ?? "");
  };

  test("is left behind: it does not die, and no rule on deletions is asked of it", async () => {
    const seen = await viewOf(await world.stackOf(kept, other));
    expect(seen.retained.map(({ urn }) => urn)).toEqual([kept.urn]);
    expect(seen.dying.map(({ urn }) => urn)).toEqual([other.urn]);
    expect(seen).toMatchObject({ protectedUrns: [], verdicts: [] });
  });

  test("is named as protected too, since an engine stops there before it looks whether to retain it", async () => {
    const seen = await viewOf(await world.stackOf({ ...kept, protect: true }, other));
    expect(seen.protectedUrns).toEqual([kept.urn]);
  });

  test("is forgotten by a step as the view says, by what the state says of it and not the client", async () => {
    const { client } = world;
    const retained = await client.start(await world.stackOf(kept, other), { kind: "destroy" });
    expect((await retained.journal(begun(1, "deleting", kept))).status).toBe(200);
    expect((await retained.journal({ kind: 1, operationID: 1, removeOld: 0 })).status).toBe(200);
    const claimed = await client.start(await world.stackOf({ ...kept, retainOnDelete: false }, other), {
      kind: "destroy",
    });
    expect((await claimed.journal(begun(1, "deleting", kept))).status).toBe(403);
  });

  test("counts as gone from its stack: an up that leaves nothing else is a teardown", () => {
    const step = { op: "delete", urn: kept.urn, type: kept.type, old: null, new: null };
    expect(lossOf([kept], [step])).toMatchObject({ extent: "all" });
  });
});

describe("a stack with a target, when a rule forbids its teardown as a whole", () => {
  const facts = { now: "2026-03-01T12:00:00Z", gameEvents: [], dependents: ["lobby.live.eu-west-1"] };
  const root = thing("game-used", {}, "pulumi:pulumi:Stack");
  const leaf = thing("leaf");
  const refusal = {
    status: 403,
    body: { message: expect.stringContaining("lobby.live.eu-west-1 takes outputs of it") },
  };
  let backend: TestBackend;
  let client: ReturnType<typeof protocolClient>;
  let used: string;
  let present: typeof facts;
  beforeAll(async () => {
    present = facts;
    backend = await startTestBackend({ gate: await realGate(), teardownFacts: async () => present });
    client = protocolClient(backend);
    await insertTarget(backend);
    const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags: {} };
    await backend.state.ensureStack(undefined, { team: TEAM, project: "game", name: "used", ...place });
    used = `/api/stacks/${TEAM}/game/used`;
    const update = await client.start(used);
    for (const [index, resource] of [root, leaf].entries())
      await update.journal(begun(index + 1, "creating", resource), succeeded(index + 1, resource));
    expect((await update.complete()).status).toBe(200);
  });
  afterAll(() => backend.close());

  test("a client is refused before its first step, though it previews nothing", async () => {
    expect((await client.begin(used, { kind: "destroy" })).answer).toMatchObject(refusal);
  });

  test("a client's preview of the destroy is refused for it", async () => {
    const update = await client.start(used, { kind: "destroy", dryRun: true });
    const events = [leaf, root].map(({ urn, type }, sequence) => {
      const old = { urn, type, inputs: {}, outputs: {} };
      const metadata = { op: "delete", urn, type, old, new: null, detailedDiff: null };
      return { sequence, timestamp: 1, resourcePreEvent: { planning: true, metadata } };
    });
    await update.send("POST", "events/batch", { events });
    expect(await update.complete()).toMatchObject(refusal);
  });

  test("who asks sees all that would go, and why it must not", async () => {
    const stack = await backend.state.findStack({ team: TEAM, project: "game", name: "used" });
    const seen = await backend.state.viewTeardown(stack?.id ?? "");
    expect(seen.dying.map(({ urn }) => urn)).toEqual([root.urn, leaf.urn]);
    expect(seen.verdicts).toEqual([expect.objectContaining({ policy: "reliability-keep-used-stacks", urn: root.urn })]);
  });

  test("a teardown that was let begin goes on, whatever happens around it meanwhile", async () => {
    present = { ...facts, dependents: [] };
    const update = await client.start(used, { kind: "destroy" });
    present = facts;
    const steps = [leaf, root].map((resource, index) => begun(index + 1, "deleting", resource));
    expect((await update.journal(...steps)).status).toBe(200);
  });
});
