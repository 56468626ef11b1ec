import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLogger } from "../../api/base/logger.ts";
import { giveBack } from "../../api/budgets/keepBudgets.ts";
import { createSpending } from "../../api/budgets/spending.ts";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { type BudgetWorld, gateway, ONE, previewOf, startBudgetWorld } from "./support/budgetWorld.ts";
import { begun, deploymentOf, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { insertOperation } from "./support/rows.ts";
import { startTestBackend, type TestBackend } from "./support/testBackend.ts";

let world: BudgetWorld;
let backend: TestBackend;
let client: BudgetWorld["client"];
let clock: BudgetWorld["clock"];
beforeAll(async () => {
  world = await startBudgetWorld();
  ({ backend, client, clock } = world);
});
afterAll(() => world.close());

let id: string;
const set = async (amount: number) => {
  id = await world.set(amount);
};
const standing = () => world.standing();
beforeEach(() => world.clear());

test("a gateway costs something, or these tests say nothing", () => {
  expect(ONE).toBeGreaterThan(0);
});

test("an update without a preview asks with each step; the one that does not fit is refused before it is taken, and what stands is committed", async () => {
  await set(2 * ONE);
  const stack = await client.makeStack();
  const update = await client.start(stack);
  expect((await update.journal(begun(1, "creating", gateway("a")))).status).toBe(200);
  expect(await standing()).toEqual({ free: ONE, reserved: ONE, committed: 0 });
  expect((await update.journal(succeeded(1, gateway("a")))).status).toBe(200);
  expect((await update.journal(begun(2, "creating", gateway("b")))).status).toBe(200);
  const refused = await update.journal(begun(3, "creating", gateway("c")));
  expect(refused.status).toBe(403);
  expect(refused.body.message).toContain("0.00 are free");
  expect(refused.body.message).toContain(`GET /v1/budgets/${id}`);
  expect((await update.journal(succeeded(2, gateway("b")))).status).toBe(200);
  await update.complete("failed");
  expect(await standing()).toEqual({ free: 0, reserved: 0, committed: 2 * ONE });
  expect((await client.exported(stack)).resources.map(({ urn }: Resource) => urn)).toEqual([
    gateway("a").urn,
    gateway("b").urn,
  ]);
});

test("what ends in the batch of a refused step is recorded, and a repetition of the batch is refused again", async () => {
  await set(ONE);
  const update = await client.start(await client.makeStack());
  await update.journal(begun(1, "creating", gateway("a")));
  const batch = [
    { ...succeeded(1, gateway("a")), sequenceID: 2 },
    { ...begun(2, "creating", gateway("b")), sequenceID: 3 },
  ];
  expect((await update.journal(...batch)).status).toBe(403);
  expect((await update.journal(...batch)).status).toBe(403);
  await update.complete("failed");
  expect(await standing()).toEqual({ free: 0, reserved: 0, committed: ONE });
});

test("steps sent twice are asked for once, and what costs nothing is not asked for", async () => {
  await set(ONE);
  const update = await client.start(await client.makeStack());
  const entry = { ...begun(1, "creating", gateway("a")), sequenceID: 1 };
  expect((await update.journal(entry)).status).toBe(200);
  expect((await update.journal(entry)).status).toBe(200);
  expect((await update.journal({ ...begun(2, "creating", thing("free")), sequenceID: 2 })).status).toBe(200);
  expect(await standing()).toEqual({ free: 0, reserved: ONE, committed: 0 });
  await update.complete("failed");
});

test("an update that ends before it made anything gives back what it had reserved, also when nobody ends it", async () => {
  await set(ONE);
  const cancelled = await client.start(await client.makeStack());
  await cancelled.journal(begun(1, "creating", gateway("a")));
  await cancelled.complete("cancelled");
  expect(await standing()).toEqual({ free: ONE, reserved: 0, committed: 0 });

  const abandoned = await client.start(await client.makeStack());
  await abandoned.journal(begun(1, "creating", gateway("a")));
  backend.moveClock(301);
  world.move(301_000);
  await giveBack({
    db: backend.database.db,
    clock,
    logger: createLogger({ level: "silent" }),
    endAbandoned: (stackId) => backend.state.awaitLeaseFree(stackId, clock.now()),
  });
  expect(await standing()).toEqual({ free: ONE, reserved: 0, committed: 0 });
  expect((await abandoned.complete()).status).toBe(403);
});

test("a destroyed stack gives back what was committed, and so does a removed one", async () => {
  await set(2 * ONE);
  const stack = await client.makeStack();
  const up = await client.start(stack);
  await up.journal(begun(1, "creating", gateway("a")), succeeded(1, gateway("a")));
  await up.complete();
  expect(await standing()).toEqual({ free: ONE, reserved: 0, committed: ONE });
  const down = await client.start(stack, { kind: "destroy" });
  await down.journal(begun(1, "deleting", gateway("a")), { kind: 1, operationID: 1, removeOld: 0 });
  await down.complete();
  expect(await standing()).toEqual({ free: 2 * ONE, reserved: 0, committed: 0 });
  const other = await client.makeStack();
  const made = await client.start(other);
  await made.journal(begun(1, "creating", gateway("a")), succeeded(1, gateway("a")));
  await made.complete();
  expect((await backend.call("DELETE", `${other}?force=true`)).status).toBe(200);
  expect(await standing()).toEqual({ free: 2 * ONE, reserved: 0, committed: 0 });
});

test("a state that comes in by an import is committed, also over the budget, and then nothing more fits", async () => {
  await set(ONE);
  const stack = await client.makeStack();
  const body = deploymentOf(gateway("a"), gateway("b"));
  expect((await backend.call("POST", `${stack}/import`, { body })).status).toBe(200);
  expect(await standing()).toEqual({ free: -ONE, reserved: 0, committed: 2 * ONE });
  const update = await client.start(stack);
  expect((await update.journal(begun(1, "creating", gateway("c")))).status).toBe(403);
  await update.complete("failed");
});

test("a client that does not announce its steps changes no stack that spends from a budget", async () => {
  const stack = await client.makeStack();
  const free = await client.start(stack, { journals: false });
  expect((await free.checkpoint(deploymentOf())).status).toBe(200);
  await free.complete("failed");
  await set(ONE);
  const { answer } = await client.begin(stack, { journals: false });
  expect(answer.status).toBe(403);
  expect(answer.body.message).toContain("Use a Pulumi CLI that journals");
});

test("a new budget begins with what the team's stacks cost, though they stood before costs were put down", async () => {
  const stack = await client.makeStack();
  await backend.call("POST", `${stack}/import`, { body: deploymentOf(gateway("a")) });
  await backend.database.db.deleteFrom("stackCosts").execute();
  await set(2 * ONE);
  expect(await standing()).toEqual({ free: ONE, reserved: 0, committed: ONE });
});

/** An update of a client that previews first: what the preview says is to be made. */
const preview = (stack: string, ...made: Resource[]) => previewOf(client, stack, { made });

test("a completed preview reserves its increase, and its update takes that over without asking again", async () => {
  await set(2 * ONE);
  const stack = await client.makeStack();
  expect((await (await preview(stack, gateway("a"), gateway("b"))).complete()).status).toBe(200);
  expect(await standing()).toEqual({ free: 0, reserved: 2 * ONE, committed: 0 });
  const update = await client.start(stack);
  expect((await update.journal(begun(1, "creating", gateway("a")), begun(2, "creating", gateway("b")))).status).toBe(
    200,
  );
  expect(await standing()).toEqual({ free: 0, reserved: 2 * ONE, committed: 0 });
  await update.journal(succeeded(1, gateway("a")), succeeded(2, gateway("b")));
  await update.complete();
  expect(await standing()).toEqual({ free: 0, reserved: 0, committed: 2 * ONE });
});

test("previews, steps and ends are priced by what the organisation assumes", async () => {
  const before = client;
  const assuming = await startTestBackend({
    spending: createSpending({ clock, reservedForMs: 3_600_000 }),
    database: { ...backend.database, close: async () => undefined },
    assumptions: { natGigabytes: 1_100 },
  });
  client = protocolClient(assuming);
  try {
    const dear = ONE + 45_000_000; // 1,000 GB more than the table has
    await set(3 * dear);
    const stack = await client.makeStack();
    expect((await (await preview(stack, gateway("a"))).complete()).status).toBe(200);
    expect(await standing()).toEqual({ free: 2 * dear, reserved: dear, committed: 0 });
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", gateway("a")), begun(2, "creating", gateway("b")));
    expect(await standing()).toEqual({ free: dear, reserved: 2 * dear, committed: 0 });
    await update.journal(succeeded(1, gateway("a")), succeeded(2, gateway("b")));
    await update.complete();
    expect(await standing()).toEqual({ free: dear, reserved: 0, committed: 2 * dear });
  } finally {
    client = before;
    await assuming.close();
  }
});

test("a preview that does not fit is told so at its end, the same when it asks again, and reserves nothing", async () => {
  await set(ONE);
  const update = await preview(await client.makeStack(), gateway("a"), gateway("b"));
  const refused = await update.complete();
  expect(refused.status).toBe(403);
  expect(refused.body.message).toContain("this asks for");
  const again = await update.complete();
  expect([again.status, again.body.message]).toEqual([403, refused.body.message]);
  expect(await standing()).toEqual({ free: ONE, reserved: 0, committed: 0 });
  const row = backend.database.db.selectFrom("updates").select("status").where("id", "=", update.id);
  expect(await row.executeTakeFirstOrThrow()).toEqual({ status: "failed" });
});

test("a preview that failed or was broken off reserves nothing", async () => {
  await set(ONE);
  const stack = await client.makeStack();
  await (await preview(stack, gateway("a"))).complete("failed");
  await (await preview(stack, gateway("a"))).complete("cancelled");
  expect(await standing()).toEqual({ free: ONE, reserved: 0, committed: 0 });
});

test("ten previews that complete at once reserve what there is room for, and the others are refused", async () => {
  await set(3 * ONE);
  const previews = await Promise.all(
    Array.from({ length: 10 }, async () => preview(await client.makeStack(), gateway("a"))),
  );
  const statuses = await Promise.all(previews.map(async (update) => (await update.complete()).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(statuses.filter((status) => status === 403)).toHaveLength(7);
  expect(await standing()).toEqual({ free: 0, reserved: 3 * ONE, committed: 0 });
});

test("an operation that there was no money for can say so, whether at its preview or at a step", async () => {
  await set(ONE);
  const stack = await client.makeStack();
  const { db } = backend.database;
  const operationOf = async (update: string): Promise<string> => {
    const operation = await insertOperation(backend);
    await db.updateTable("updates").set({ operation }).where("id", "=", update).execute();
    return operation;
  };
  const previewed = await preview(stack, gateway("a"), gateway("b"));
  await previewed.complete();
  expect(await backend.state.unaffordable(await operationOf(previewed.id))).toMatchObject({ code: "budget-exceeded" });
  const update = await client.start(stack);
  const operation = await operationOf(update.id);
  expect(await backend.state.unaffordable(operation)).toBeUndefined();
  await update.journal(begun(1, "creating", gateway("a")));
  await update.journal(begun(2, "creating", gateway("b")));
  expect(await backend.state.unaffordable(operation)).toMatchObject({ code: "budget-exceeded" });
});
