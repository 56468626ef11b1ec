import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readVerdicts } from "../../api/operations/operationStore.ts";
import { type EditWorld, startEditWorld, store } from "./support/editWorld.ts";
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
