import { afterAll, beforeAll, expect, test } from "vitest";
import { expectProblem } from "./apiHarness.ts";
import { type ExemptionWorld, startExemptionWorld } from "./exemptionWorld.ts";

let { api, keyOf, makeKey, ask, act, show }: ExemptionWorld = {} as ExemptionWorld; // given before the first test
beforeAll(async () => {
  ({ api, keyOf, makeKey, ask, act, show } = await startExemptionWorld());
  await makeKey("eve", "operator", { team: "rivals", person: "eve@rivals.example" });
  const theirs = { team: "rivals", project: "shop", name: "vault", doors: ["cli"], stackSetId: null, target: null };
  await api.db.insertInto("stacks").values(theirs).execute();
});
afterAll(() => api.close());

test.each<[string, object, string, RegExp]>([
  ["an empty pattern", { stack: "shop/prod", urn: "" }, "/scope/urn", /./],
  ["a pattern longer than any is", { stack: "shop/prod", urn: "*".repeat(501) }, "/scope/urn", /./],
  ["a pattern of everything and no more", { urn: "*" }, "/scope", /narrows nothing/],
  ["a pattern of stars and no more", { urn: "***" }, "/scope", /narrows nothing/],
  ["an empty name of a stack", { stack: "" }, "/scope/stack", /./],
  ["a pattern of stack sets", { stackSet: "*" }, "/scope/stackSet", /is not a name/],
  ["a pattern of regions", { region: "eu-*" }, "/scope/region", /is not the name of a region/],
  ["a team in the scope", { stack: "shop/prod", team: "rivals" }, "/scope/team", /./],
])("%s is refused with a pointer to it", async (_what, scope, pointer, detail) => {
  const reply = await ask({ scope });
  expect(expectProblem(reply, "invalid-request")).toEqual([pointer]);
  expect(reply.body.errors[0].detail).toMatch(detail);
});

test.each<[string, object]>([
  ["by its name", { scope: { stack: "shop/vault" } }],
  ["by its whole name", { scope: { stack: "rivals/shop/vault" } }],
  ["by a pattern", { scope: { stack: "shop/*" } }],
  ["by naming the team", { team: "rivals", scope: { stack: "shop/vault" } }],
  ["all of its team's", { team: "rivals", scope: { region: "eu-west-1" } }],
])("another team's stack is not there: %s", async (_how, more) => {
  expectProblem(await ask(more), "not-found");
});

test.each(["urn", "stack"])("what no database can hold is refused in the scope's %s", async (member) => {
  const reply = await ask({ scope: { stack: "shop/prod", [member]: "shop/\u0000prod" } });
  expect(reply.status, JSON.stringify(reply.body)).toBeGreaterThanOrEqual(400);
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
});

test.each([
  ["to other stacks", { stacks: ["shop/test"] }],
  ["to the very stack", { stacks: ["shop/prod"] }],
  ["to projects", { projects: ["shop"] }],
])("a key that was narrowed %s neither asks nor approves: an exemption is the team's", async (_how, scope) => {
  await makeKey("narrowed asks", "operator", { person: "narrow@studio.example", scope });
  await makeKey("narrowed approves", "approver", { person: "narrow@studio.example", scope });
  expectProblem(await ask({}, keyOf("narrowed asks")), "forbidden");
  const { body } = await ask();
  expectProblem(await act(body.id, "approve", keyOf("narrowed approves")), "forbidden");
  expect(await show(body.id)).toMatchObject({ status: "requested" });
});

test("a key that was narrowed to other permissions neither asks nor approves", async () => {
  const permissions = { permissions: ["preview"] };
  await makeKey("looks", "operator", { person: "look@studio.example", scope: permissions });
  expectProblem(await ask({}, keyOf("looks")), "forbidden");
  const { body } = await ask();
  await makeKey("looks too", "approver", { person: "look@studio.example", scope: permissions });
  expectProblem(await act(body.id, "approve", keyOf("looks too")), "forbidden");
});
