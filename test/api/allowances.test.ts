import { afterAll, beforeAll, expect, test } from "vitest";
import { allowanceInForce } from "../../api/allowances/allowanceStore.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let approver: string;
let stackId: string;
beforeAll(async () => {
  api = await startApi();
  approver = await api.keyFor("approver");
  const { id } = await api.db
    .insertInto("stacks")
    .values({ team: "default", project: "shop", name: "prod", doors: ["cli"], stackSetId: null, target: null })
    .returning("id")
    .executeTakeFirstOrThrow();
  stackId = id;
});
afterAll(() => api.close());

const request = { stack: "shop/prod", reason: "The players' table moves to the stack vault." };

test("an approver allows a stack's state to lose what is protected, for an hour, by name and with a reason", async () => {
  const given = await api.send("POST", "/v1/allowances", { key: approver, body: request });
  expect(given.status, JSON.stringify(given.body)).toBe(201);
  expect(given.body).toMatchObject({ ...request, team: "default", givenBy: "approver of default" });
  expect(Date.parse(given.body.expiresAt) - Date.parse(given.body.createdAt)).toBe(3_600_000);
  const list = () => api.send("GET", "/v1/allowances", { key: approver });
  expect((await list()).body.items).toEqual([given.body]);
  const inForce = () => allowanceInForce(api.db, stackId, api.clock.now());
  expect(await inForce()).toMatchObject({ reason: request.reason });
  expect((await api.send("GET", "/v1/audit-log", { key: approver })).body.items).toContainEqual(
    expect.objectContaining({ action: "allowance.create", details: expect.objectContaining({ stack: "shop/prod" }) }),
  );

  api.clock.advance(3_600_001);
  expect((await list()).body.items).toEqual([]);
  expect(await inForce()).toBeUndefined();
});

test("an allowance is withdrawn at once", async () => {
  const { body } = await api.send("POST", "/v1/allowances", { key: approver, body: request });
  const path = `/v1/allowances/${body.id}`;
  expectProblem(await api.send("DELETE", path, { key: await api.keyFor("approver", "rivals") }), "not-found");
  expect((await api.send("DELETE", path, { key: approver })).status).toBe(204);
  expect(await allowanceInForce(api.db, stackId, api.clock.now())).toBeUndefined();
  expectProblem(await api.send("DELETE", path, { key: approver }), "not-found");
});

test.each([
  ["no reason to speak of", { ...request, reason: "because" }, "/reason"],
  ["more than a day", { ...request, expiresInMinutes: 1_441 }, "/expiresInMinutes"],
  ["no stack", { reason: request.reason }, "/stack"],
])("%s is refused with a pointer to it", async (_, body, pointer) => {
  const reply = await api.send("POST", "/v1/allowances", { key: approver, body });
  expect(expectProblem(reply, "invalid-request")).toEqual([pointer]);
});

test("the stack of another team is not there to be allowed anything", async () => {
  const key = await api.keyFor("approver", "rivals");
  expectProblem(await api.send("POST", "/v1/allowances", { key, body: request }), "not-found");
  expectProblem(await api.send("POST", "/v1/allowances", { key, body: { ...request, team: "default" } }), "not-found");
});
