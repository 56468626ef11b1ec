import { afterAll, beforeAll, expect, test } from "vitest";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

const team = "studio";
const usd = (amount: string) => ({ amount, currency: "USD" });

let api: Harness;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
  await api.keyFor("viewer", team);
});
afterAll(() => api.close());

test.each([
  [usd("1e9"), "/amount/amount", '"1e9" is no amount. Give dollars as a decimal text'],
  [usd("-1"), "/amount/amount", '"-1" is no amount.'],
  [usd("0.0000001"), "/amount/amount", '"0.0000001" is no amount.'],
  [usd("1,000"), "/amount/amount", '"1,000" is no amount.'],
  [usd("NaN"), "/amount/amount", '"NaN" is no amount.'],
  [usd(""), "/amount/amount", '"" is no amount.'],
  [{ amount: 5, currency: "USD" }, "/amount/amount", "5 is no amount."],
  [usd("1000000000.000001"), "/amount/amount", "is more than 1000000000 dollars"],
  [usd("9007199254740993"), "/amount/amount", '"9007199254740993" is more than 1000000000 dollars'],
  [{ amount: "5.00", currency: "EUR" }, "/amount/currency", 'The currency is "EUR", and amounts are in USD.'],
  [{ amount: "5.00" }, "/amount/currency", "The currency is nothing, and amounts are in USD."],
  ["5.00", "/amount", '"5.00" is no money. Give an object'],
  [undefined, "/amount", "nothing is no money."],
])("the amount %j is refused with the value and with what to give", async (amount, pointer, said) => {
  const made = await api.send("POST", "/v1/budgets", { key: admin, body: { team, amount } });
  expectProblem(made, "invalid-request");
  expect(made.body.errors).toEqual([{ pointer, detail: expect.stringContaining(said) }]);
});

test("an amount of less than a cent is taken to the millionth, and the largest is kept to the millionth", async () => {
  for (const amount of ["0.001", "999999999.999999"]) {
    const made = await api.send("POST", "/v1/budgets", { key: admin, body: { team, amount: usd(amount) } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const path = `/v1/budgets/${made.body.id}`;
    expect((await api.send("GET", path, { key: admin })).body.free).toEqual(usd(amount));
    await api.send("DELETE", path, { key: admin });
  }
});
