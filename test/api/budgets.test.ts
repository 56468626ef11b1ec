import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLogger } from "../../api/base/logger.ts";
import { giveBack } from "../../api/budgets/keepBudgets.ts";
import { createSpending } from "../../api/budgets/spending.ts";
import { verifyBooks } from "../../api/budgets/verifyBooks.ts";
import type { Tx } from "../../api/db/database.ts";
import type { Payer, StackPrice } from "../../api/state/index.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

const RESERVED_FOR_MS = 3_600_000;
const usd = (amount: string) => ({ amount, currency: "USD" });
const dollars = (amount: number): number => amount * 1_000_000;

let api: Harness;
let admin: string;
let spending: ReturnType<typeof createSpending>;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
  spending = createSpending({ clock: api.clock, reservedForMs: RESERVED_FOR_MS });
});
afterAll(() => api.close());

let team: string;
let teams = 0;
beforeEach(async () => {
  team = `studio-${++teams}`;
  await api.keyFor("viewer", team);
});

const [u0, u1, p1] = [randomUUID(), randomUUID(), randomUUID()];
const payer = (name: string, stackSet: string | undefined = name): Payer => ({
  id: randomUUID(),
  team,
  project: "meridian",
  name,
  stackSet,
});
const price = (amount: number, urn = "urn:a"): StackPrice => ({
  monthly: dollars(amount),
  byUrn: { [urn]: dollars(amount) },
  unpriced: [],
  regionAssumed: [],
});
const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => api.db.transaction().execute(work);

async function budget(amount: string, stackSet?: string): Promise<string> {
  const body = { team, amount: usd(amount), ...(stackSet && { stackSet }) };
  const made = await api.send("POST", "/v1/budgets", { key: admin, body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}
const show = async (id: string) => (await api.send("GET", `/v1/budgets/${id}`, { key: admin })).body;
const reserve = (stack: Payer, amount: number, updateId: string = randomUUID()) =>
  inTx((tx) => spending.reserve(tx, stack, { updateId, price: price(amount) }));
const commit = (stack: Payer, amount: number) =>
  inTx((tx) => spending.commit(tx, stack, { updateId: randomUUID(), price: price(amount) }));
const begin = (stack: Payer, amount: number, updateId: string) =>
  inTx((tx) => spending.begin(tx, stack, { updateId, price: price(amount) }));
const standsAt = async (id: string) => {
  const { free, reserved, committed } = await show(id);
  expect(await verifyBooks(api.db)).toEqual([]);
  return [free.amount, reserved.amount, committed.amount];
};

test("money is reserved by a preview, committed by the update's success, and freed when the stack is torn down", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  expect(await reserve(stack, 60)).toBeUndefined();
  expect(await standsAt(id)).toEqual(["40.00", "60.00", "0.00"]);
  await begin(stack, 0, u1);
  expect(await standsAt(id)).toEqual(["40.00", "60.00", "0.00"]);
  await commit(stack, 60);
  expect(await standsAt(id)).toEqual(["40.00", "0.00", "60.00"]);
  // Only the increase is asked for.
  expect(await reserve(stack, 90)).toBeUndefined();
  expect(await standsAt(id)).toEqual(["10.00", "30.00", "60.00"]);
  await commit(stack, 20);
  expect(await standsAt(id)).toEqual(["80.00", "0.00", "20.00"]);
  await commit(stack, 0);
  expect(await standsAt(id)).toEqual(["100.00", "0.00", "0.00"]);
  const { body } = await api.send("GET", `/v1/budgets/${id}/transactions?pageSize=3`, { key: admin });
  expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(["teardown", "commit", "reserve"]);
  const rest = await api.send("GET", `/v1/budgets/${id}/transactions?pageToken=${body.nextPageToken}`, { key: admin });
  expect(rest.body.items.map(({ kind }: { kind: string }) => kind)).toEqual(["commit", "reserve", "allot"]);
});

test("an update that failed before it made anything gives its reservation back, and one half made commits what stands", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  await reserve(stack, 80);
  await begin(stack, 0, u1);
  await inTx((tx) => spending.commit(tx, stack, { updateId: u1, price: undefined }));
  expect(await standsAt(id)).toEqual(["100.00", "0.00", "0.00"]);
  await reserve(stack, 80);
  await commit(stack, 35);
  expect(await standsAt(id)).toEqual(["65.00", "0.00", "35.00"]);
});

test("a refusal names budget, amount, what is free and what is asked for, and books nothing", async () => {
  const id = await budget("100.00");
  await commit(payer("web"), 30);
  const refused = await reserve(payer("launch"), 70.5);
  expect(refused).toMatchObject({
    code: "budget-exceeded",
    facts: { budget: id, amount: "100.00", free: "70.00", asked: "70.50", currency: "USD" },
  });
  expect(refused?.message).toContain(`GET /v1/budgets/${id}`);
  expect(await standsAt(id)).toEqual(["70.00", "0.00", "30.00"]);
  expect(await reserve(payer("launch"), 70)).toBeUndefined();
});

test("the budget of the team and that of the stack set both hold, and neither reserves where the other refuses", async () => {
  const whole = await budget("100.00");
  const small = await budget("50.00", "launch");
  expect(await reserve(payer("launch"), 60)).toMatchObject({ facts: { budget: small } });
  expect(await standsAt(whole)).toEqual(["100.00", "0.00", "0.00"]);
  await commit(payer("web"), 70);
  expect(await reserve(payer("launch"), 40)).toMatchObject({ facts: { budget: whole } });
  expect(await standsAt(small)).toEqual(["50.00", "0.00", "0.00"]);
  expect(await reserve(payer("launch"), 30)).toBeUndefined();
  expect(await standsAt(small)).toEqual(["20.00", "30.00", "0.00"]);
});

test("where a stack has no budget nothing is asked", async () => {
  await budget("1.00", "launch");
  const other = payer("web");
  expect(await spending.governs(api.db, other)).toBe(false);
  expect(await spending.governs(api.db, payer("launch"))).toBe(true);
  expect(await reserve(other, 1_000)).toBeUndefined();
});

test("twenty previews at once reserve as many times as the budget has room, and not once more", async () => {
  const id = await budget("100.00");
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => reserve(payer(`stack-${index}`), 15)));
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(6);
  expect(await standsAt(id)).toEqual(["10.00", "90.00", "0.00"]);
});

test("a preview takes the place of the one before it, and one beside a running update takes nothing from it", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  await reserve(stack, 60);
  await reserve(stack, 25);
  expect(await standsAt(id)).toEqual(["75.00", "25.00", "0.00"]);
  await begin(stack, 0, u1);
  await reserve(stack, 10);
  expect(await standsAt(id)).toEqual(["75.00", "25.00", "0.00"]);
  await reserve(stack, 40);
  expect(await standsAt(id)).toEqual(["60.00", "40.00", "0.00"]);
});

test("an update that no preview came before asks with each step, and the step that does not fit is refused", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  await begin(stack, 0, u1);
  const cover = (byUrn: Record<string, number>) => inTx((tx) => spending.cover(tx, stack, { updateId: u1, byUrn }));
  expect(await cover({ one: dollars(60) })).toBeUndefined();
  expect(await cover({ one: dollars(60) })).toBeUndefined(); // a repetition
  expect(await cover({ two: dollars(41) })).toMatchObject({ code: "budget-exceeded", facts: { asked: "41.00" } });
  expect(await cover({ two: dollars(40) })).toBeUndefined();
  expect(await standsAt(id)).toEqual(["0.00", "100.00", "0.00"]);
});

test("steps that a preview showed ask for nothing more, though what they replace still stands", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  await inTx((tx) => spending.commit(tx, stack, { updateId: u0, price: price(90, "old") }));
  await inTx((tx) => spending.reserve(tx, stack, { updateId: p1, price: price(95, "new") }));
  await inTx((tx) => spending.begin(tx, stack, { updateId: u1, price: price(90, "old") }));
  const cover = (amount: number) =>
    inTx((tx) => spending.cover(tx, stack, { updateId: u1, byUrn: { new: dollars(amount) } }));
  expect(await cover(95)).toBeUndefined();
  expect(await standsAt(id)).toEqual(["5.00", "5.00", "90.00"]);
  expect(await cover(101)).toMatchObject({ facts: { asked: "6.00" } });
});

test("what a preview reserved is free again when its update does not come in time", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  const keeping = {
    db: api.db,
    clock: api.clock,
    logger: createLogger({ level: "silent" }),
    endAbandoned: async () => 0,
  };
  await reserve(stack, 60);
  expect((await show(id)).stacks[0].reservedUntil).toBe(
    new Date(api.clock.now().getTime() + RESERVED_FOR_MS).toISOString(),
  );
  api.clock.advance(RESERVED_FOR_MS - 1);
  await giveBack(keeping);
  expect(await standsAt(id)).toEqual(["40.00", "60.00", "0.00"]);
  api.clock.advance(1);
  await Promise.all([giveBack(keeping), giveBack(keeping), giveBack(keeping)]);
  expect(await standsAt(id)).toEqual(["100.00", "0.00", "0.00"]);
});

test("who needs the room does not wait for the next look at what lapsed", async () => {
  await budget("100.00");
  await reserve(payer("launch"), 60);
  expect(await reserve(payer("web"), 60)).toMatchObject({ code: "budget-exceeded" });
  api.clock.advance(RESERVED_FOR_MS);
  expect(await reserve(payer("web"), 60)).toBeUndefined();
});

test("an update that comes too late for its preview's reservation asks with each step", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  await reserve(stack, 60);
  api.clock.advance(RESERVED_FOR_MS);
  await begin(stack, 0, u1);
  expect(await standsAt(id)).toEqual(["100.00", "0.00", "0.00"]);
  await inTx((tx) => spending.cover(tx, stack, { updateId: u1, byUrn: { "urn:a": dollars(60) } }));
  expect(await standsAt(id)).toEqual(["40.00", "60.00", "0.00"]);
});

test("a removed stack gives back everything it had", async () => {
  const id = await budget("100.00");
  const stack = payer("launch");
  await commit(stack, 20);
  await reserve(stack, 60);
  await inTx((tx) => spending.release(tx, stack));
  expect(await standsAt(id)).toEqual(["100.00", "0.00", "0.00"]);
  expect((await show(id)).stacks).toEqual([]);
});

test("a new budget begins with what stands, even where that is more than it has", async () => {
  await commit(payer("launch"), 30);
  await commit(payer("web"), 90);
  const id = await budget("100.00");
  expect(await standsAt(id)).toEqual(["-20.00", "0.00", "120.00"]);
  expect(await standsAt(await budget("100.00", "launch"))).toEqual(["70.00", "0.00", "30.00"]);
  expect(await reserve(payer("chat"), 0.01)).toMatchObject({ code: "budget-exceeded" });
  expect(await reserve(payer("chat"), 0)).toBeUndefined();
});

test("a budget that is set while an update ends counts what the update leaves, once", async () => {
  const stack = payer("launch");
  const over = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const ending = inTx(async (tx) => {
    await spending.commit(tx, stack, { updateId: u1, price: price(30) });
    ended.resolve();
    await over.promise;
  });
  await ended.promise;
  const creating = budget("100.00");
  await Promise.race([creating, someoneWaits()]);
  over.resolve();
  await ending;
  expect(await standsAt(await creating)).toEqual(["70.00", "0.00", "30.00"]);
});

/** Until a connection waits for an advisory lock. */
async function someoneWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(api.db);
    if (rows.length > 0) return;
  }
}

test("what has no price is on the budget's view, with the reason", async () => {
  const id = await budget("100.00");
  const unpriced = [{ type: "aws:shield/protection:Protection", count: 2, why: "not in the price book" }];
  const nothing = { monthly: 0, byUrn: {}, unpriced, regionAssumed: [] };
  await inTx((tx) => spending.commit(tx, payer("launch"), { updateId: u1, price: nothing }));
  const stack = { stack: `${team}/meridian/launch`, reserved: usd("0.00"), committed: usd("0.00") };
  expect(await show(id)).toMatchObject({
    unpriced: [{ type: "aws:shield/protection:Protection", count: 2 }],
    stacks: [{ ...stack, unpriced, regionAssumed: [] }],
  });
});

test("the amount is changed by who has seen the budget as it is, and a removed budget holds nothing", async () => {
  const id = await budget("100.00");
  await commit(payer("launch"), 30);
  const path = `/v1/budgets/${id}`;
  const patch = (etag: string, amount: string) =>
    api.send("PATCH", path, { key: admin, headers: { "if-match": etag }, body: { amount: usd(amount) } });
  expectProblem(await api.send("PATCH", path, { key: admin, body: { amount: usd("1.00") } }), "precondition-required");
  const raised = await patch('"1"', "150.00");
  expect(raised.headers.get("etag")).toBe('"2"');
  expect(await standsAt(id)).toEqual(["120.00", "0.00", "30.00"]);
  expectProblem(await patch('"1"', "10.00"), "precondition-failed");
  expect((await patch('"2"', "10.00")).status).toBe(200);
  expect(await standsAt(id)).toEqual(["-20.00", "0.00", "30.00"]);
  expect((await api.send("DELETE", path, { key: admin })).status).toBe(204);
  expectProblem(await api.send("GET", path, { key: admin }), "not-found");
  expect(await reserve(payer("web"), 1_000)).toBeUndefined();
  expect(await verifyBooks(api.db)).toEqual([]);
  await budget("5.00");
});
