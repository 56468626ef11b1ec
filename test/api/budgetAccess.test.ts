import { afterAll, beforeAll, expect, test } from "vitest";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

const team = "studio";
const usd = (amount: string) => ({ amount, currency: "USD" });

let api: Harness;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

test("a team reads its own budgets and no other's, and none is set twice for the same", async () => {
  const viewer = await api.keyFor("viewer", team);
  const made = await api.send("POST", "/v1/budgets", { key: admin, body: { team, amount: usd("100.00") } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { id } = made.body;
  const listed = await api.send("GET", "/v1/budgets", { key: viewer });
  expect(listed.body.items.map((item: { id: string }) => item.id)).toEqual([id]);
  const stranger = await api.keyFor("viewer", "strangers");
  expectProblem(await api.send("GET", `/v1/budgets/${id}`, { key: stranger }), "not-found");
  expectProblem(await api.send("GET", `/v1/budgets/${id}/transactions`, { key: stranger }), "not-found");
  expect((await api.send("GET", "/v1/budgets", { key: stranger })).body.items).toEqual([]);
  const again = await api.send("POST", "/v1/budgets", { key: admin, body: { team, amount: usd("5.00") } });
  expectProblem(again, "already-exists");
  const nobody = { team: "no-such-team", amount: usd("5.00") };
  expectProblem(await api.send("POST", "/v1/budgets", { key: admin, body: nobody }), "not-found");
  const key = { "idempotency-key": "once" };
  const body = { team, stackSet: "launch", amount: usd("5.00") };
  const first = await api.send("POST", "/v1/budgets", { key: admin, body, headers: key });
  const repeated = await api.send("POST", "/v1/budgets", { key: admin, body, headers: key });
  expect(repeated.body).toEqual(first.body);
});
