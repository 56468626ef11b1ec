import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { groundBlueprint, houseBlueprint } from "./fixtures.ts";

let api: Harness;
let key: string;
beforeAll(async () => {
  api = await startApi({ blueprints: [groundBlueprint, houseBlueprint] });
  key = await api.keyFor("operator");
  await api.keyFor("operator", "rivals");
});
afterAll(() => api.close());

let count = 0;
/** Names that no other test has. */
let ground: string;
let house: string;
beforeEach(() => {
  count += 1;
  ground = `ground-${count}`;
  house = `house-${count}`;
});

const create = (name: string, blueprint: string, inputs: unknown = {}, change: Record<string, unknown> = {}) =>
  api.send("POST", "/v1/stack-sets", { key, body: { name, blueprint, regions: ["eu-west-1"], inputs, ...change } });
const patch = async (name: string, body: unknown) => {
  const { headers } = await api.send("GET", `/v1/stack-sets/${name}`, { key });
  return api.send("PATCH", `/v1/stack-sets/${name}`, {
    key,
    body,
    headers: { "if-match": headers.get("etag") ?? "" },
  });
};
const remove = (name: string) => api.send("DELETE", `/v1/stack-sets/${name}`, { key });
const show = async (name: string) => (await api.send("GET", `/v1/stack-sets/${name}`, { key })).body;
const vpcOf = (from: string, more: Record<string, unknown> = {}) => ({ from, output: "vpcId", ...more });
const networkOf = (from: string) => ({ vpcId: vpcOf(from), zones: { from, output: "zones" } });

/** What a rollout leaves behind that succeeded. */
async function bringUp(name: string, region = "eu-west-1", outputs: unknown = { vpcId: "vpc-1", zones: ["a", "b"] }) {
  const { id } = await api.db
    .selectFrom("stackSets")
    .select("id")
    .where("name", "=", name)
    .where("deletedAt", "is", null)
    .executeTakeFirstOrThrow();
  await api.db
    .insertInto("stacks")
    .values({
      team: "default",
      project: "meridian",
      name: `${name}.sandbox.${region}`,
      stackSetId: id,
      target: "sandbox",
      region,
      doors: ["service"],
      tags: "{}",
      config: null,
      activeUpdate: null,
      outputs: JSON.stringify(outputs),
      resourceCount: 3,
    })
    .execute();
  return id;
}

test("inputs may refer to outputs of another stack set, and both show it", async () => {
  await create(ground, "ground");
  await bringUp(ground);
  expect((await create(house, "house", { network: networkOf(ground) })).status).toBe(202);
  expect(await show(house)).toMatchObject({
    inputs: { network: networkOf(ground) },
    dependsOn: [
      { input: "/inputs/network/vpcId", from: ground, output: "vpcId" },
      { input: "/inputs/network/zones", from: ground, output: "zones" },
    ],
    dependents: [],
  });
  expect(await show(ground)).toMatchObject({ dependsOn: [], dependents: [house] });
});

test("a reference to another region's output says so", async () => {
  await create(ground, "ground", {}, { regions: ["us-east-1"] });
  await bringUp(ground, "us-east-1");
  const reply = await create(house, "house", { notes: [vpcOf(ground, { region: "us-east-1" })] });
  expect(reply.status).toBe(202);
  expect((await show(house)).dependsOn).toEqual([
    { input: "/inputs/notes/0", from: ground, output: "vpcId", region: "us-east-1" },
  ]);
});

test("every reference that cannot hold is refused at its own pointer, and says what there is", async () => {
  await create(ground, "ground", {}, { regions: ["eu-west-1", "us-east-1"] });
  await bringUp(ground);
  const reply = await create(
    house,
    "house",
    {
      floors: "many",
      network: { vpcId: vpcOf("nobody"), zones: { from: ground, output: "zoness" } },
      notes: [
        { from: ground, output: "password" },
        vpcOf(ground, { region: "ap-northeast-1" }),
        vpcOf(ground, { zone: "a" }),
      ],
      attic: vpcOf(ground),
    },
    { regions: ["eu-west-1"] },
  );
  expect(reply.status).toBe(400);
  const details = Object.fromEntries(
    reply.body.errors.map(({ pointer, detail }: { pointer: string; detail: string }) => [pointer, detail]),
  );
  expect(details).toEqual({
    "/inputs/floors": "give floors as a whole number",
    "/inputs/network/vpcId": expect.stringContaining("has no stack set nobody"),
    "/inputs/network/zones": expect.stringContaining("It has vpcId, zones."),
    "/inputs/notes/0": expect.stringContaining("is secret"),
    "/inputs/notes/1": expect.stringContaining("does not cover ap-northeast-1. It covers eu-west-1, us-east-1"),
    "/inputs/notes/2": expect.stringContaining("A reference is"),
    "/inputs/attic": expect.stringContaining("no such member"),
  });
});

test("what a reference stands in is not judged before its value is known", async () => {
  await create(ground, "ground");
  await bringUp(ground);
  expect((await create(house, "house", { extra: vpcOf(ground) })).status).toBe(202);
  const wrong = await create(`${house}-b`, "house", { extra: { vpcId: "nothing", zones: ["a", "b"] } });
  expectProblem(wrong, "invalid-request");
});

test("a region that the dependency does not cover is refused, also when it comes later", async () => {
  await create(ground, "ground");
  await bringUp(ground);
  await create(house, "house", { network: networkOf(ground) });
  const reply = await patch(house, { regions: ["eu-west-1", "us-east-1"] });
  expect(expectProblem(reply, "invalid-request")).toEqual(["/inputs/network/vpcId", "/inputs/network/zones"]);
});

test("a stack set of another team does not exist for a reference", async () => {
  const rivals = await api.keyFor("operator", "rivals");
  const body = { name: ground, blueprint: "ground", regions: ["eu-west-1"], inputs: {} };
  expect((await api.send("POST", "/v1/stack-sets", { key: rivals, body })).status).toBe(202);
  const reply = await create(house, "house", { network: networkOf(ground) });
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors[0].detail).toContain(`no stack set ${ground}`);
});

test("a stack set on another target is refused, for one account's things are not to be had in another", async () => {
  const admin = await api.keyFor("admin");
  const target = { name: `else-${count}`, cloud: "sandbox", account: "111111111111", environment: "staging" };
  const body = { ...target, regions: ["eu-west-1"], doors: ["service"] };
  expect((await api.send("POST", "/v1/targets", { key: admin, body })).status).toBe(201);
  await create(ground, "ground", {}, { target: target.name });
  const reply = await create(house, "house", { network: networkOf(ground) });
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors[0].detail).toContain(`on the target ${target.name}`);
});

test("a cycle is refused with its whole way named, one's own name included", async () => {
  await create(ground, "ground");
  await bringUp(ground);
  await create(house, "house", { network: networkOf(ground) });
  await bringUp(house, "eu-west-1", { address: "here" });
  const upper = `${house}-upper`;
  await create(upper, "house", { notes: [{ from: house, output: "address" }] });
  const reply = await patch(house, { inputs: { notes: [{ from: upper, output: "address" }] } });
  expect(expectProblem(reply, "invalid-request")).toEqual(["/inputs/notes/0"]);
  expect(reply.body.detail).toContain(`${house} → ${upper} → ${house}`);
  const own = await create(`${house}-own`, "house", { notes: [{ from: `${house}-own`, output: "address" }] });
  expect(own.body.detail).toContain(`${house}-own → ${house}-own`);
});

test("of two changes at once that would close a cycle together one is refused", async () => {
  const [one, two] = [`${house}-one`, `${house}-two`];
  for (const name of [one, two]) {
    await create(name, "house");
    await bringUp(name, "eu-west-1", { address: "here" });
  }
  const replies = await Promise.all([
    patch(one, { inputs: { notes: [{ from: two, output: "address" }] } }),
    patch(two, { inputs: { notes: [{ from: one, output: "address" }] } }),
  ]);
  expect(replies.map(({ status }) => status).sort()).toEqual([202, 400]);
});

test("a stack set whose dependency is not up, and is not on the way, is refused", async () => {
  await create(ground, "ground");
  const reply = await create(house, "house", { network: networkOf(ground) });
  expectProblem(reply, "dependency-failed");
  expect(reply.body).toMatchObject({ status: 409, dependencies: [`${ground}.sandbox.eu-west-1`] });
  expect((await api.send("GET", `/v1/stack-sets/${house}`, { key })).status).toBe(404);
});

test("a stack set with dependents cannot be torn down, nor lose a region that one of them uses", async () => {
  await create(ground, "ground", {}, { regions: ["eu-west-1", "us-east-1"] });
  await bringUp(ground);
  await create(house, "house", { network: networkOf(ground) });
  const refused = await remove(ground);
  expectProblem(refused, "has-dependents");
  expect(refused.body.dependents).toEqual([`${house}.sandbox.eu-west-1`]);
  expectProblem(await patch(ground, { regions: ["us-east-1"] }), "has-dependents");
  expect((await patch(ground, { regions: ["eu-west-1"] })).status).toBe(202);
  const destroy = { key, body: { kind: "destroy" } };
  const stack = await api.send("POST", `/v1/stacks/${ground}.sandbox.eu-west-1/operations`, destroy);
  expectProblem(stack, "has-dependents");
  api.rollouts.finish();
  expect((await remove(house)).status).toBe(202);
  expect((await remove(ground)).status).toBe(202);
});

test("a stack set that no longer refers to another lets it go", async () => {
  await create(ground, "ground");
  await bringUp(ground);
  await create(house, "house", { network: networkOf(ground) });
  const freed = await patch(house, { inputs: { network: null } });
  expect(freed.status, JSON.stringify(freed.body)).toBe(202);
  expect((await show(house)).dependsOn).toEqual([]);
  expect((await remove(ground)).status).toBe(202);
});

test("a reference to what is being torn down is refused", async () => {
  await create(ground, "ground");
  await bringUp(ground);
  await remove(ground);
  const reply = await create(house, "house", { network: networkOf(ground) });
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors[0].detail).toContain("is being torn down");
});

test("a stack whose dependency has changed since shows which input, with the old and the new value", async () => {
  await create(ground, "ground");
  const sourceId = await bringUp(ground);
  await create(house, "house", { network: networkOf(ground) });
  const stackSetId = await bringUp(house, "eu-west-1", { address: "here" });
  await took(stackSetId, sourceId, "vpc-1");
  const stack = `/v1/stacks/${house}.sandbox.eu-west-1`;
  expect((await api.send("GET", stack, { key })).body).not.toHaveProperty("stale");
  await api.db
    .updateTable("stacks")
    .set({ outputs: JSON.stringify({ vpcId: "vpc-2", zones: ["a", "b"] }) })
    .where("stackSetId", "=", sourceId)
    .execute();
  const stale = [
    { input: "/inputs/network/vpcId", from: ground, output: "vpcId", region: "eu-west-1", old: "vpc-1", new: "vpc-2" },
  ];
  expect((await api.send("GET", stack, { key })).body.stale).toEqual(stale);
  const list = await api.send("GET", `/v1/stacks?stackSet=${house}`, { key });
  expect(list.body.items[0].stale).toEqual(stale);
});

/** What an operation writes that brings the house up. */
async function took(stackSetId: string, sourceId: string, value: string): Promise<void> {
  const operation = `op_${count}`;
  await api.db
    .insertInto("operations")
    .values({
      id: operation,
      kind: "up",
      team: "default",
      stack: `${house}.sandbox.eu-west-1`,
      stackSetId,
      stackSet: house,
      target: "sandbox",
      cloud: "sandbox",
      region: "eu-west-1",
      rollout: null,
      blueprint: "house",
      blueprintDigest: "sha256:house",
      inputs: "{}",
      status: "succeeded",
      requestedBy: "test",
      person: "test",
      finishedAt: new Date(),
    })
    .execute();
  const taken = { pointer: "/network/vpcId", sourceRegion: "eu-west-1", output: "vpcId", value: JSON.stringify(value) };
  await api.db
    .insertInto("takenOutputs")
    .values({ ...taken, stackSetId, sourceId, region: "eu-west-1", operation })
    .execute();
}
