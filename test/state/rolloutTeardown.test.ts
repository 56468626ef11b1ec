import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../api/base/ids.ts";
import { createDependencyService } from "../../api/dependencies/dependencyService.ts";
import { endOperation, insertOperation as putOperation } from "../../api/operations/operationStore.ts";
import { refusedTeardown } from "../../api/operations/teardown.ts";
import { planSteps } from "../../api/rollouts/rollout.ts";
import { createRolloutSteps } from "../../api/rollouts/rolloutSteps.ts";
import { findRollout } from "../../api/rollouts/rolloutStore.ts";
import { rolloutWorkflow } from "../../api/rollouts/rolloutWorkflow.ts";
import { createStacksOfSet } from "../../api/rollouts/stacksOfSet.ts";
import { type EditWorld, other, startEditWorld, store } from "./support/editWorld.ts";
import { deploymentOf } from "./support/protocolClient.ts";
import { insertOperation } from "./support/rows.ts";
import { TEAM } from "./support/testBackend.ts";

/** Rollouts as the service runs them, over real states and judgements; an operation that is let begin succeeds at once. */
let world: EditWorld;
beforeAll(async () => {
  world = await startEditWorld();
  await insertOperation(world.backend); // with its target and its blueprint
});
afterAll(() => world.close());

const stackOf = (stackSet: string, region: string) => `${stackSet}.live.${region}`;

/** A stack set whose regions are up; in those that are `kept` a protected store stands. @returns its id */
async function setOf(name: string, regions: string[], kept: readonly string[]): Promise<string> {
  const { state, database, call } = world.backend;
  const about = { blueprint: "b", blueprintDigest: "sha256:1", target: "live", inputs: "{}", status: "active" };
  const { id } = await database.db
    .insertInto("stackSets")
    .values({ team: TEAM, name, regions, createdBy: "ada", deletedAt: null, ...about })
    .returning("id")
    .executeTakeFirstOrThrow();
  for (const region of regions) {
    const place = { target: "live", region, doors: ["cli", "service"], tags: {}, stackSetId: id };
    await state.ensureStack(undefined, { team: TEAM, project: "meridian", name: stackOf(name, region), ...place });
    const resources = kept.includes(region) ? [store(), other] : [other];
    const path = `/api/stacks/${TEAM}/meridian/${stackOf(name, region)}/import`;
    expect((await call("POST", path, { body: deploymentOf(...resources) })).status).toBe(200);
  }
  return id;
}

interface Leaving {
  readonly before: readonly string[];
  /** None: the whole stack set goes. */
  readonly after?: readonly string[];
  /** Regions of whose stacks others take outputs. */
  readonly used?: readonly string[];
}

/** Runs the teardown to its end. @returns the regions that began, in their order, and how it ended */
async function tornDown(stackSet: string, stackSetId: string, { before, after = [], used = [] }: Leaving) {
  const { state, database } = world.backend;
  const { db } = database;
  const known = createDependencyService();
  const dependencies: Pick<typeof known, "judge" | "forget"> = {
    forget: known.forget,
    judge: async (from, place) =>
      used.includes(place.region) ? { kind: "refuse", stacks: ["shop.live.us-east-1"] } : known.judge(from, place),
  };
  const began: string[] = [];
  const steps = createRolloutSteps({
    db,
    dependencies,
    stacks: createStacksOfSet({
      db,
      dependencies,
      keeper: { ...state, removeStack: async () => undefined },
      chooseArtefact: () => Promise.reject(new Error("nobody asks for another artefact")),
      reachOf: async () => [],
    }),
    async startOperation(tx, { stackId, id = "", ...request }) {
      began.push(`${request.kind} ${request.region}`);
      await putOperation(tx, { id, ...request });
      const judged = request.kind === "destroy" ? await state.viewTeardown(stackId) : undefined;
      await endOperation(tx, id, (judged && refusedTeardown(judged)) ?? { status: "succeeded" }, ["queued"]);
      return id;
    },
    watchOperation: () => ({ next: async () => undefined, close: () => undefined }),
    signal: new AbortController().signal,
  });
  const id = newId("ro");
  const kind = after.length === 0 ? "destroy" : "update";
  const plan = JSON.stringify(planSteps(kind, { before, after }, () => newId("op")));
  const asked = { team: TEAM, stackSetId, stackSet, generation: 1, requestedBy: "ada", person: "ada" };
  await db
    .insertInto("rollouts")
    .values({ id, kind, plan, status: "queued", ...asked })
    .execute();
  await rolloutWorkflow(steps).run(id, (_name, body) => body());
  return { began, rollout: await findRollout(db, id) };
}

test("the teardown of regions of which one is refused begins with that one, and no other dies", async () => {
  const regions = ["eu-west-1", "us-east-1", "us-west-2"];
  const id = await setOf("arena", regions, ["us-east-1"]);
  const { began, rollout } = await tornDown("arena", id, { before: regions });
  expect(began).toEqual(["destroy us-east-1"]);
  expect(rollout).toMatchObject({ status: "failed", error: { code: "policy-denied", region: "us-east-1" } });
});

test("regions that leave a stack set are held by the one among them that is refused; those that stay are brought up", async () => {
  const regions = ["eu-west-1", "us-east-1", "us-west-2"];
  const id = await setOf("lobby", regions, ["us-east-1"]);
  const { began, rollout } = await tornDown("lobby", id, { before: regions, after: ["eu-west-1"] });
  expect(began).toEqual(["up eu-west-1", "destroy us-east-1"]);
  expect(rollout).toMatchObject({ status: "failed", error: { code: "policy-denied" } });
});

test("a teardown that nothing refuses takes the regions in reverse", async () => {
  const regions = ["eu-west-1", "us-east-1"];
  const { began, rollout } = await tornDown("plaza", await setOf("plaza", regions, []), { before: regions });
  expect(began).toEqual(["destroy us-east-1", "destroy eu-west-1"]);
  expect(rollout).toMatchObject({ status: "succeeded" });
});

test("a teardown of regions of which one is used by others begins with none", async () => {
  const regions = ["us-east-1", "eu-west-1"];
  const id = await setOf("square", regions, []);
  const { began, rollout } = await tornDown("square", id, { before: regions, used: ["us-east-1"] });
  expect(began).toEqual([]);
  expect(rollout).toMatchObject({ status: "failed", error: { code: "has-dependents" } });
});
