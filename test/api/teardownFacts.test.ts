import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../api/base/ids.ts";
import { planSteps } from "../../api/rollouts/rollout.ts";
import { createTeardownFacts } from "../../api/teardowns/teardownFacts.ts";
import { type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let key: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
});
afterAll(() => api.close());

const regions = ["eu-west-1", "us-east-1", "us-west-2"];

/** A stack set whose regions are up, but for those that have nothing. */
async function setIn(name: string, empty: readonly string[] = []) {
  const made = await api.send("POST", "/v1/stack-sets", { key, body: { ...launch, name, regions } });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  const { id } = await api.db.selectFrom("stackSets").select("id").where("name", "=", name).executeTakeFirstOrThrow();
  for (const region of regions) {
    const place = {
      team: "default",
      project: "meridian",
      name: `${name}.sandbox.${region}`,
      region,
      target: "sandbox",
    };
    const resourceCount = empty.includes(region) ? 0 : 3;
    await api.db
      .insertInto("stacks")
      .values({ ...place, doors: ["service"], stackSetId: id, resourceCount })
      .execute();
  }
  return { team: "default", name: `${name}.sandbox.eu-west-1`, stackSetId: id, region: "eu-west-1" };
}

const healthyBeside = async (stack: Awaited<ReturnType<typeof setIn>>) => {
  const tags = { "meridian:stack-set": stack.name.split(".")[0] ?? "" };
  return (await createTeardownFacts(api.db, api.clock)({ ...stack, tags })).otherHealthyRegions;
};

test("regions that are up count as healthy, the one that is to go and those with nothing in them do not", async () => {
  expect(await healthyBeside(await setIn("whole"))).toEqual(["us-east-1", "us-west-2"]);
  expect(await healthyBeside(await setIn("half", ["us-east-1"]))).toEqual(["us-west-2"]);
});

test("a region that an open rollout takes down does not count as healthy", async () => {
  const stack = await setIn("going");
  const plan = planSteps("destroy", { before: regions, after: [] }, () => newId("op"));
  const about = { team: "default", stackSetId: stack.stackSetId, stackSet: "going", generation: 1 };
  const asked = { status: "running", requestedBy: "tester", person: "tester" };
  const id = newId("ro");
  await api.db
    .insertInto("rollouts")
    .values({ ...about, ...asked, id, kind: "destroy", plan: JSON.stringify(plan) })
    .execute();
  expect(await healthyBeside(stack)).toEqual([]);
  await api.db.updateTable("rollouts").set({ finishedAt: new Date() }).where("id", "=", id).execute();
  expect(await healthyBeside(stack)).toEqual(["us-east-1", "us-west-2"]);
});
