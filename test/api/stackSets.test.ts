import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { mergePatch } from "../../api/stackSets/mergePatch.ts";
import { expectProblem, type Harness, type Sent, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let key: string;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

let name: string;
let count = 0;
beforeEach(() => {
  count += 1;
  name = `set-${count}`;
  api.rollouts.started.length = 0;
});

const path = () => `/v1/stack-sets/${name}`;
const create = (change: Record<string, unknown> = {}) =>
  api.send("POST", "/v1/stack-sets", { key, body: { ...launch, name, ...change } });
const patch = (body: unknown, headers: Record<string, string> = { "if-match": '"1"' }) =>
  api.send("PATCH", path(), { key, body, headers });
const show = (sent: Sent = {}) => api.send("GET", path(), { key, ...sent });

test("creating answers 202 with the rollout, and where it is", async () => {
  const reply = await create({ regions: ["eu-west-1", "us-east-1"] });
  expect(reply.status).toBe(202);
  expect(reply.headers.get("location")).toBe(`/v1/rollouts/${reply.body.id}`);
  expect(reply.body).toMatchObject({ kind: "create", stackSet: name, status: "queued" });
  expect(api.rollouts.started).toMatchObject([
    { kind: "create", before: [], after: ["eu-west-1", "us-east-1"], requestedBy: "operator of default" },
  ]);
});

test("a stack set is shown with its defaults filled in, the digest it was made with, and its cloud", async () => {
  await create();
  const reply = await show();
  expect(reply.headers.get("etag")).toBe('"1"');
  expect(reply.body).toEqual({
    name,
    team: "default",
    blueprint: "arena",
    blueprintDigest: "sha256:arena",
    target: "sandbox",
    cloud: "sandbox",
    regions: ["eu-west-1"],
    inputs: { players: 100, colour: "blue", tuning: {} },
    dependsOn: [],
    dependents: [],
    status: "active",
    generation: 1,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
});

test("the name is taken until the stack set is gone, and then free again", async () => {
  await create();
  expectProblem(await create(), "already-exists");
  await api.send("DELETE", path(), { key });
  expectProblem(await create(), "already-exists");
  await gone();
  expect((await create()).status).toBe(202);
});

test("of two that ask for the same name at once one is refused", async () => {
  const replies = await Promise.all([create(), create(), create()]);
  expect(replies.map((reply) => reply.status).sort()).toEqual([202, 409, 409]);
  expect(api.rollouts.started).toHaveLength(1);
});

test("a change of regions answers 202 with the rollout from the old to the new", async () => {
  await create();
  const reply = await patch({ regions: ["us-east-1", "eu-west-1"] });
  expect(reply.status).toBe(202);
  expect(reply.headers.get("location")).toBe(`/v1/rollouts/${reply.body.id}`);
  expect(api.rollouts.started[1]).toMatchObject({
    kind: "update",
    before: ["eu-west-1"],
    after: ["us-east-1", "eu-west-1"],
    stackSet: { generation: 2 },
  });
  expect((await show()).body).toMatchObject({ generation: 2, inputs: { players: 100 } });
});

test("inputs are merged, null brings a default back, and what is not named stays", async () => {
  await create({ inputs: { players: 5, colour: "green", tuning: { a: 1, b: 2 } } });
  await patch(
    { inputs: { colour: null, tuning: { a: null, c: 3 } } },
    { "if-match": '"1"', "content-type": "application/merge-patch+json" },
  );
  expect((await show()).body.inputs).toEqual({ players: 5, colour: "blue", tuning: { b: 2, c: 3 } });
});

test("taking away an input that has no default is refused, and changes nothing", async () => {
  await create();
  expect(expectProblem(await patch({ inputs: { players: null } }), "invalid-request")).toEqual(["/inputs/players"]);
  expect(expectProblem(await patch({ inputs: null }), "invalid-request")).toEqual(["/inputs/players"]);
  expect((await show()).body.generation).toBe(1);
  expect(api.rollouts.started).toHaveLength(1);
});

test("what a stack makes in another region needs that region to be allowed on the target", async () => {
  const refused = await create({ inputs: { players: 1, annex: "me-south-1" } });
  expect(expectProblem(refused, "invalid-request")).toEqual(["/inputs/annex"]);
  expect(refused.body.errors[0].detail).toMatch(/makes things in me-south-1 too.*It allows /);
  expect((await create({ inputs: { players: 1, annex: "us-east-1" } })).status).toBe(202);
});

test.each([
  ["no region", { regions: [] }, "/regions"],
  ["regions taken away", { regions: null }, "/regions"],
  ["a region twice", { regions: ["eu-west-1", "eu-west-1"] }, "/regions/1"],
  ["a region the target does not allow", { regions: ["me-south-1"] }, "/regions/0"],
  ["another name", { name: "other" }, "/name"],
  ["another target", { target: "sandbox" }, "/target"],
  ["another blueprint", { blueprint: "arena" }, "/blueprint"],
])("a change with %s is refused", async (_what, body, pointer) => {
  await create();
  expect(expectProblem(await patch(body), "invalid-request")).toEqual([pointer]);
});

test("a change needs to say what it has seen: 428 without, 412 when it is old or another's tag", async () => {
  await create();
  const change = { regions: ["us-east-1"] };
  expectProblem(await patch(change, {}), "precondition-required");
  for (const tag of ['"2"', 'W/"1"', "1", '"x"'])
    expectProblem(await patch(change, { "if-match": tag }), "precondition-failed");
  expect((await patch(change, { "if-match": '"7", "1"' })).status).toBe(202);
  const stale = await patch(change);
  expectProblem(stale, "precondition-failed");
  expect(stale.body.etag).toBe('"2"');
  api.rollouts.finish();
  expect((await patch(change, { "if-match": "*" })).status).toBe(202);
});

test("of two changes from the same state at once one wins", async () => {
  await create();
  const replies = await Promise.all([patch({ regions: ["us-east-1"] }), patch({ regions: ["us-west-2"] })]);
  expect(replies.map((reply) => reply.status).sort()).toEqual([202, 412]);
});

test("a change repeated with its idempotency key gives the first answer, though its If-Match is old by then", async () => {
  await create();
  const headers = { "if-match": '"1"', "idempotency-key": `patch-${count}` };
  const first = await patch({ regions: ["us-east-1"] }, headers);
  const again = await patch({ regions: ["us-east-1"] }, headers);
  expect(again.status).toBe(202);
  expect(again.body).toEqual(first.body);
});

test("a third change while one runs and one waits is refused, and the stack set stays as it was", async () => {
  await create();
  expect((await patch({ regions: ["us-east-1"] })).status).toBe(202);
  expectProblem(await patch({ regions: ["us-west-2"] }, { "if-match": '"2"' }), "rollout-pending");
  expect((await show()).body).toMatchObject({ generation: 2, regions: ["us-east-1"] });
});

test("a deletion answers 202, again 202 with the same rollout, and 404 when the stack set is gone", async () => {
  await create({ regions: ["eu-west-1", "us-east-1"] });
  const first = await api.send("DELETE", path(), { key });
  expect(first.status).toBe(202);
  expect(first.headers.get("location")).toBe(`/v1/rollouts/${first.body.id}`);
  expect(api.rollouts.started[1]).toMatchObject({ kind: "destroy", before: ["eu-west-1", "us-east-1"], after: [] });
  const again = await api.send("DELETE", path(), { key });
  expect(again.status).toBe(202);
  expect(again.body).toEqual(first.body);
  expect((await show()).body.status).toBe("deleting");
  await gone();
  expectProblem(await api.send("DELETE", path(), { key }), "not-found");
  expectProblem(await show(), "not-found");
});

test("what is being torn down cannot be changed", async () => {
  await create();
  await api.send("DELETE", path(), { key });
  expectProblem(await patch({ regions: ["us-east-1"] }, { "if-match": '"2"' }), "invalid-transition");
});

test("a teardown that ended without success can be asked for again", async () => {
  await create();
  const first = await api.send("DELETE", path(), { key });
  api.rollouts.finish();
  const again = await api.send("DELETE", path(), { key });
  expect(again.status).toBe(202);
  expect(again.body.id).not.toBe(first.body.id);
});

test("a deletion honours If-Match when it has one", async () => {
  await create();
  expectProblem(await api.send("DELETE", path(), { key, headers: { "if-match": '"9"' } }), "precondition-failed");
  expect((await api.send("DELETE", path(), { key, headers: { "if-match": '"1"' } })).status).toBe(202);
});

test("a target whose stacks only the CLI changes takes no stack set", async () => {
  const target = {
    name: `cli-only-${count}`,
    cloud: "sandbox",
    account: "111111111111",
    environment: "staging",
    regions: ["eu-west-1"],
    doors: ["cli"],
  };
  expect((await api.send("POST", "/v1/targets", { key: admin, body: target })).status).toBe(201);
  expectProblem(await create({ target: target.name }), "door-closed");
});

test("a merge patch does what RFC 7396 shows by example", () => {
  const examples: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, change, result] of examples) expect(mergePatch(target, change)).toEqual(result);
});

test("a merge patch applied twice is the same as once, and reaches no prototype", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, change) => {
      const once = mergePatch(target, change);
      expect(mergePatch(once, change)).toEqual(once);
    }),
  );
  const merged = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

/** What the rollout's end does when everything is torn down. */
async function gone(): Promise<void> {
  api.rollouts.finish();
  await api.db.updateTable("stackSets").set({ deletedAt: new Date() }).where("name", "=", name).execute();
}
