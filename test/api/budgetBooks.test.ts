import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createSpending } from "../../api/budgets/spending.ts";
import { verifyBooks } from "../../api/budgets/verifyBooks.ts";
import type { Tx } from "../../api/db/database.ts";
import { type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

let team: string;
let teams = 0;
beforeEach(async () => {
  team = `studio-${++teams}`;
  await api.keyFor("viewer", team);
});

const price = { monthly: 30_000_000, byUrn: { "urn:a": 30_000_000 }, unpriced: [], regionAssumed: [] };
const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => api.db.transaction().execute(work);

async function budget(amount: string): Promise<string> {
  const body = { team, amount: { amount, currency: "USD" } };
  const made = await api.send("POST", "/v1/budgets", { key: admin, body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}

test("the database itself refuses entries that do not balance, and a reservation over what is free", async () => {
  const id = await budget("100.00");
  const unbalanced = inTx(async (tx) => {
    await sql`with t as (insert into budget_transactions (budget_id, kind, at) values (${id}, 'commit', now()) returning id)
      insert into budget_entries (transaction_id, account, amount)
      select t.id, e.* from t, (values ('free', -5), ('committed', 4)) as e(account, amount)`.execute(tx);
  });
  await expect(unbalanced).rejects.toThrow(/sum to -1 micro-USD, not to zero/);
  const beside = sql`update budgets set free = free - 1 where id = ${id}`.execute(api.db);
  await expect(beside).rejects.toThrow(/budgets_balance/);
  const over = sql`update budgets set free = free - 100000001, reserved = 100000001 where id = ${id}`.execute(api.db);
  await expect(over).rejects.toThrow(/has no room for a reservation/);
  expect(await verifyBooks(api.db)).toEqual([]);
});

test("the database refuses to change or remove what was booked", async () => {
  await budget("100.00");
  for (const statement of [
    sql`update budget_entries set amount = amount + 1`,
    sql`delete from budget_entries`,
    sql`truncate budget_entries`,
    sql`update budget_transactions set kind = 'commit'`,
    sql`delete from budget_transactions`,
  ])
    await expect(statement.execute(api.db)).rejects.toThrow(/append-only/);
});

test("books that were cooked behind the service's back are found out", async () => {
  const id = await budget("100.00");
  const spending = createSpending({ clock: api.clock, reservedForMs: 3_600_000 });
  const launch = { id: randomUUID(), team, project: "meridian", name: "launch", stackSet: "launch" };
  await inTx((tx) => spending.commit(tx, launch, { updateId: randomUUID(), price }));
  await inTx(async (tx) => {
    await sql`update budgets set free = free + 1000000, committed = committed - 1000000 where id = ${id}`.execute(tx);
    expect((await verifyBooks(tx)).join(" ")).toContain(`Budget ${id} stands at`);
    await sql`update budgets set free = free - 1000000, committed = committed + 1000000 where id = ${id}`.execute(tx);
    await sql`update budget_shares set committed = committed - 1 where budget_id = ${id}`.execute(tx);
    expect((await verifyBooks(tx)).join(" ")).toMatch(/for stack .*The shares of budget/);
    await sql`update budget_shares set committed = committed + 1 where budget_id = ${id}`.execute(tx);
  });
  const { body } = await api.send("GET", "/v1/budgets/verification", { key: admin });
  expect(body).toEqual({ balanced: true, faults: [] });
});
