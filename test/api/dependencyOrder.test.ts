import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../api/base/logger.ts";
import { createBlueprintService } from "../../api/blueprints/blueprintService.ts";
import { listenToDatabase } from "../../api/db/notifications.ts";
import { watchChannel } from "../../api/db/watch.ts";
import { createDependencyService } from "../../api/dependencies/dependencyService.ts";
import { addTaken, keepTaken, listReferences } from "../../api/dependencies/dependencyStore.ts";
import { EVENTS_CHANNEL } from "../../api/operations/operationEvents.ts";
import { endOperation, findOperation, insertOperation } from "../../api/operations/operationStore.ts";
import { createRolloutService } from "../../api/rollouts/rolloutService.ts";
import { createRolloutSteps } from "../../api/rollouts/rolloutSteps.ts";
import { rolloutWorkflow } from "../../api/rollouts/rolloutWorkflow.ts";
import { createStacksOfSet, type NewStack } from "../../api/rollouts/stacksOfSet.ts";
import { createStackSetService } from "../../api/stackSets/stackSetService.ts";
import { type Harness, startApi } from "./apiHarness.ts";
import { groundBlueprint, houseBlueprint } from "./fixtures.ts";

/**
 * The service's own rollouts over a graph of stack sets, with everything but engines: an operation ends when the test says so, in any
 * order. The world is judged at the moments at which operations start.
 */
let api: Harness;
let notifications: Awaited<ReturnType<typeof listenToDatabase>>;
beforeAll(async () => {
  api = await startApi({ blueprints: [groundBlueprint, houseBlueprint] });
  const logger = createLogger({ level: "silent" });
  notifications = await listenToDatabase(api.databaseUrl, [EVENTS_CHANNEL], logger);
});
afterAll(async () => {
  await notifications.close();
  await api.close();
});

const caller = {
  kind: "key",
  id: "key_test",
  name: "test",
  person: "test",
  role: "operator",
  team: "default",
} as const;
const allRegions = ["eu-west-1", "us-east-1"] as const;

interface PlannedSet {
  readonly name: string;
  readonly regions: readonly string[];
  /** Indexes of earlier sets. */
  readonly needs: readonly number[];
}

/** Each set needs some of those before it, in regions that all of them cover. */
const graphs = fc
  .array(fc.tuple(fc.subarray([0, 1, 2, 3, 4], { maxLength: 3 }), fc.constantFrom(1, 2)), {
    minLength: 2,
    maxLength: 5,
  })
  .map((drawn) => {
    const sets: { needs: number[]; regions: readonly string[] }[] = [];
    for (const [asked, count] of drawn) {
      const needs = asked.filter((index) => index < sets.length);
      const covered = allRegions.filter((region) => needs.every((index) => sets[index]?.regions.includes(region)));
      sets.push({ needs, regions: covered.slice(0, count) });
    }
    return sets;
  });

test("whatever the graph, no stack begins before what it needs, and none goes before what needs it", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(graphs, fc.infiniteStream(fc.nat(1000)), async (graph, dice) => {
      round += 1;
      const sets = graph.map((each, index) => ({ ...each, name: `r${round}-s${index}-x` }));
      const world = openWorld(sets, () => dice.next().value ?? 0);
      await world.run();
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);

function openWorld(sets: readonly PlannedSet[], roll: () => number) {
  const { db } = api;
  const up = new Set<string>();
  const underway: { id: string; stack: string; kind: string }[] = [];
  const faults: string[] = [];
  const queues = new Map<string, Promise<void>>();
  const open = new Set<Promise<void>>();
  const dependencies = createDependencyService();
  const blueprints = createBlueprintService({
    blueprints: [groundBlueprint, houseBlueprint],
    digestOf: (name) => `sha256:${name}`,
  });

  const stackOf = (name: string, region: string) => `${name}.sandbox.${region}`;
  const named = (stack: string) => {
    const set = sets.find(({ name }) => stack.startsWith(`${name}.`));
    if (set === undefined) throw new Error(`no set has ${stack}`);
    return { set, region: stack.split(".")[2] ?? "" };
  };
  const busy = (stack: string) => underway.some((each) => each.stack === stack);

  function judge(stack: string, kind: string): void {
    const { set, region } = named(stack);
    if (kind === "up") {
      for (const index of set.needs) {
        const needed = stackOf(sets[index]?.name ?? "", region);
        if (!up.has(needed) || busy(needed)) faults.push(`${stack} began before ${needed} was up`);
      }
      return;
    }
    sets.forEach(({ name, needs }) => {
      const user = stackOf(name, region);
      if (needs.some((index) => sets[index] === set) && (up.has(user) || busy(user))) {
        faults.push(`${stack} began to go before ${user} was gone`);
      }
    });
  }

  const keeper = {
    async ensureStack(tx: typeof db, stack: NewStack) {
      const values = { ...stack, doors: [...stack.doors], tags: "{}", config: "{}", activeUpdate: null };
      const inserted = await tx
        .insertInto("stacks")
        .values(values)
        .onConflict((conflict) => conflict.columns(["team", "project", "name"]).doUpdateSet({ tags: "{}" }))
        .returning("id")
        .executeTakeFirstOrThrow();
      return inserted;
    },
    findStack: async () => undefined,
    viewTeardown: () => Promise.reject(new Error("it knows of no stack")),
    async removeStack({ name }: { readonly name: string }) {
      await db.deleteFrom("stacks").where("name", "=", name).execute();
    },
  };
  const rollouts = createRolloutService({
    db,
    durable: {
      async enqueue(_tx, { id, partition }) {
        pending.push({ id, partition });
      },
    },
    cancelOperation: async () => undefined,
  });
  const pending: { id: string; partition: string }[] = [];
  const steps = createRolloutSteps({
    db,
    stacks: createStacksOfSet({
      db,
      keeper,
      dependencies,
      reachOf: blueprints.reachOf,
      chooseArtefact: () => Promise.reject(new Error("nobody asks for another artefact")),
    }),
    dependencies,
    async startOperation(tx, { stackId: _id, id = "", ...request }) {
      await insertOperation(tx, { id, ...request });
      judge(request.stack, request.kind);
      underway.push({ id, stack: request.stack, kind: request.kind });
      return id;
    },
    watchOperation: watchChannel(notifications, EVENTS_CHANNEL),
    signal: new AbortController().signal,
  });
  const workflow = rolloutWorkflow(steps);
  const stackSets = createStackSetService({
    blueprints,
    targets: api.targets,
    dependencies,
    quotas: { require: async () => "not checked" },
    rollouts,
    clock: api.clock,
  });

  /** Begins what was enqueued, each after those of its stack set before it. */
  function begin(): void {
    for (const { id, partition } of pending.splice(0)) {
      const before = queues.get(partition) ?? Promise.resolve();
      const run = before.then(() => workflow.run(id, (_name, body) => body()));
      queues.set(partition, run);
      open.add(run);
      void run.finally(() => open.delete(run));
    }
  }

  /** Ends one of the operations that are under way, as its engine would. */
  async function endOne(): Promise<void> {
    const [ended] = underway.splice(roll() % underway.length, 1);
    if (ended === undefined) return;
    if ((await findOperation(db, ended.id)) === undefined) {
      underway.push(ended); // the transaction that starts it is still open
      return;
    }
    const { set, region } = named(ended.stack);
    await db.transaction().execute(async (tx) => {
      const row = await findOperation(tx, ended.id);
      if (row?.stackSetId == null) throw new Error("an operation of a rollout has a stack set");
      const place = { stackSetId: row.stackSetId, region, operation: ended.id };
      if (ended.kind === "up") {
        const references = await listReferences(tx, place.stackSetId);
        const taken = references.map(({ pointer, sourceId, output }) => ({
          ...{ pointer, sourceId, output, sourceRegion: region },
          value: "here",
        }));
        await addTaken(tx, place, taken);
        await keepTaken(tx, place);
      }
      const outputs = JSON.stringify(ended.kind === "up" ? { address: "here", vpcId: "vpc-1" } : {});
      await tx.updateTable("stacks").set({ outputs }).where("name", "=", ended.stack).execute();
      if (ended.kind === "up") up.add(stackOf(set.name, region));
      else up.delete(stackOf(set.name, region));
      await endOperation(tx, ended.id, { status: "succeeded" }, ["queued"]);
    });
  }

  async function settle(until: () => boolean): Promise<void> {
    begin();
    const deadline = Date.now() + 30_000;
    while (!until()) {
      if (Date.now() > deadline) throw new Error("nothing moves any more");
      if (underway.length > 0) await endOne();
      else await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  return {
    async run() {
      const ask = <T>(body: Parameters<ReturnType<typeof db.transaction>["execute"]>[0]) =>
        db.transaction().execute(body) as Promise<T>; // the callers know what they return
      for (const { name, regions, needs } of sets) {
        const notes = needs.map((index) => ({ from: sets[index]?.name, output: "address" }));
        const inputs = { floors: 9, notes };
        await ask((tx) =>
          stackSets.create(tx, { name, blueprint: "house", target: "sandbox", regions: [...regions], inputs }, caller),
        );
        if (roll() % 3 === 0) begin();
        if (roll() % 3 === 0 && underway.length > 0) await endOne();
      }
      const allUp = () => sets.every(({ name, regions }) => regions.every((region) => up.has(stackOf(name, region))));
      await settle(allUp);
      for (const { name } of sets.toReversed()) {
        await ask((tx) => stackSets.remove(tx, { caller, name, team: undefined }));
        if (roll() % 3 === 0) begin();
      }
      await settle(() => up.size === 0 && open.size === 0);
      expect(faults).toEqual([]);
    },
  };
}
