import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concerns } from "../../api/decisions/decidedBy.ts";
import { createGate } from "../../api/gate/index.ts";
import { createJudge, pack, type Step } from "../../policies/index.ts";
import { begun, deploymentOf, succeeded, thing } from "../state/support/protocolClient.ts";
import { insertOperation } from "../state/support/rows.ts";
import { gateOf, hidden, type LedgerWorld, open, PORT, STORES, shut, startLedgerWorld } from "./ledgerWorld.ts";

let world: LedgerWorld;
beforeAll(async () => {
  world = await startLedgerWorld(await gateOf({ [PORT]: "mandatory", [STORES]: "mandatory" }));
});
afterAll(() => world.close());

const store = (more = {}) => ({
  ...thing("players", {}, "aws:dynamodb/table:Table"),
  id: "p-1",
  protect: true,
  ...more,
});
const brief = ({ policy, outcome, step, taken, phase }: Awaited<ReturnType<LedgerWorld["decisions"]>>[number]) =>
  `${phase} ${step} ${policy} ${outcome}${taken ? "" : " refused"}`;

describe("each rule and resource of an update is on record", () => {
  test("what passed, what failed, and what was stopped with it", async () => {
    const stack = await world.client.makeStack();
    const update = await world.client.start(stack);
    expect((await update.journal(begun(1, "creating", shut))).status).toBe(200);
    expect(
      (await update.journal(begun(2, "creating", { ...open, urn: `${open.urn}2` }), begun(3, "updating", shut))).status,
    ).toBe(403);
    const found = (await world.decisions(stack)).filter(({ policy }) => policy === PORT);
    expect(found.map(brief)).toEqual([
      `up create ${PORT} pass`,
      `up create ${PORT} fail refused`,
      `up update ${PORT} pass refused`,
    ]);
    expect(found[1]).toMatchObject({
      update: update.id,
      level: "mandatory",
      messages: [expect.stringContaining("opens SSH")],
    });
  });

  test("what does not apply, and what is switched off, rule by rule", async () => {
    const stack = await world.client.makeStack();
    const update = await world.client.start(stack);
    await update.journal(begun(1, "creating", shut), begun(2, "creating", thing("other")), { kind: 0, operationID: 3 });
    const all = ["pass", "fail", "unknown", "exempted", "not-applicable", "not-run"] as const;
    const found = await world.decisions(stack, all);
    const { rules } = pack;
    expect(found).toHaveLength(2 * rules.length);
    const of = (urn: string, policy: string) => found.find((one) => one.urn === urn && one.policy === policy);
    expect(of(shut.urn, PORT)).toMatchObject({ outcome: "pass" });
    expect(of(shut.urn, STORES)).toMatchObject({ outcome: "not-applicable" });
    expect(of(shut.urn, "cost-require-tags")).toMatchObject({ outcome: "not-run", why: "disabled", level: "disabled" });
    expect(of(thing("other").urn, PORT)).toMatchObject({ outcome: "not-applicable" });
  });

  test("a batch that is repeated is on record once", async () => {
    const stack = await world.client.makeStack();
    const update = await world.client.start(stack);
    const batch = { ...begun(1, "creating", shut), sequenceID: 1 };
    await update.journal(batch);
    await update.journal(batch);
    expect((await world.decisions(stack)).filter(({ policy }) => policy === PORT)).toHaveLength(1);
  });

  test("a client that sends checkpoints", async () => {
    const stack = await world.client.makeStack();
    const update = await world.client.start(stack, { journals: false });
    const { version, deployment } = deploymentOf();
    const pending = [{ type: "creating", resource: open }];
    expect(
      (await update.checkpoint({ version, deployment: { ...deployment, pending_operations: pending } })).status,
    ).toBe(403);
    expect((await world.decisions(stack)).filter(({ policy }) => policy === PORT).map(brief)).toEqual([
      `up create ${PORT} fail refused`,
    ]);
  });

  test("an import of a state, and a refused one", async () => {
    const stack = await world.client.makeStack();
    expect((await world.backend.call("POST", `${stack}/import`, { body: deploymentOf(shut) })).status).toBe(200);
    expect((await world.backend.call("POST", `${stack}/import`, { body: deploymentOf(open) })).status).toBe(403);
    const found = (await world.decisions(stack)).filter(({ policy }) => policy === PORT);
    expect(found.map(brief)).toEqual([`admission import ${PORT} pass`, `admission import ${PORT} fail refused`]);
  });

  test("what an import of a resource brings, when it is known; a preview does not show it", async () => {
    const stack = await world.governed("imports");
    await world.preview(stack, shut, "import");
    const update = await world.client.start(stack);
    await update.journal(begun(1, "importing", { ...shut, inputs: {} }));
    await update.journal(succeeded(1, shut));
    const found = (await world.decisions(stack)).filter(({ policy }) => policy === PORT);
    expect(found.map(brief)).toEqual([`preview import ${PORT} not-run`, `up import ${PORT} pass`]);
    expect(found[0]).toMatchObject({ why: "not-shown" });
  });

  test("a teardown that is judged before its engine starts, under its operation", async () => {
    const stack = await world.client.makeStack();
    await world.backend.call("POST", `${stack}/import`, { body: deploymentOf(store()) });
    const operation = await insertOperation(world.backend);
    const { id: stackId } = await world.backend.database.db
      .selectFrom("stacks")
      .select("id")
      .where("name", "=", stack.split("/").at(-1) ?? "")
      .executeTakeFirstOrThrow();
    await world.backend.state.judgeTeardown({ stackId, operation });
    const found = (await world.decisions(stack)).filter(({ policy }) => policy === STORES);
    expect(found).toMatchObject([{ policy: STORES, outcome: "fail", operation, phase: "preview" }]);
  });
});

describe("what a preview does not know", () => {
  const ofPort = async (stack: string) => (await world.decisions(stack)).filter(({ policy }) => policy === PORT);

  test("is settled by the step's own judgement", async () => {
    const stack = await world.governed("settled");
    expect((await world.preview(stack, hidden)).status).toBe(200);
    const update = await world.client.start(stack);
    expect(await ofPort(stack)).toMatchObject([{ outcome: "unknown" }]);
    await update.journal(begun(1, "creating", shut));
    const [before, after] = await ofPort(stack);
    expect(before).toMatchObject({
      phase: "preview",
      outcome: "unknown",
      settled: { row: after?.row, outcome: "pass" },
    });
  });

  test("and was never settled, was not run once the update has ended", async () => {
    const stack = await world.governed("unsettled");
    await world.preview(stack, hidden);
    const update = await world.client.start(stack);
    await update.complete("failed");
    expect(await ofPort(stack)).toMatchObject([{ outcome: "not-run", why: "never-taken" }]);
  });

  test("is not settled by what came after another preview", async () => {
    const stack = await world.governed("again");
    await world.preview(stack, hidden);
    await world.preview(stack, shut);
    const update = await world.client.start(stack);
    await update.journal(begun(1, "creating", shut));
    expect((await ofPort(stack)).map(({ outcome }) => outcome)).toEqual(["not-run", "pass", "pass"]);
  });
});

test("where the ledger cannot be written, no step is acknowledged", async () => {
  const { db } = world.backend.database;
  const stack = await world.client.makeStack();
  const update = await world.client.start(stack);
  await sql`create function meridian.full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'no space left' using errcode = '53100'; end $$`.execute(db);
  await sql`create trigger full_disk before insert on decisions for each row execute function meridian.full_disk()`.execute(
    db,
  );
  const refused = await update.journal(begun(1, "creating", shut));
  await sql`drop trigger full_disk on decisions`.execute(db);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  const entries = db.selectFrom("journalEntries").select("sequence").where("updateId", "=", update.id);
  expect(await entries.execute()).toEqual([]);
});

test.each([
  ["changed", "update decisions set team = 'rival'"],
  ["removed", "delete from decisions"],
  ["emptied", "truncate decisions cascade"],
  ["given other rules", "update decision_packs set content = '{}'"],
])("the ledger is not %s by a statement", async (_, statement) => {
  await expect(sql.raw(statement).execute(world.backend.database.db)).rejects.toThrow("only ever added to");
});

test("a name with a character that a column cannot hold is put down all the same", async () => {
  const stack = await world.client.makeStack();
  const update = await world.client.start(stack);
  const odd = { ...open, urn: `${open.urn}\u0000\ud800` };
  expect((await update.journal(begun(1, "creating", odd))).status).toBe(403);
  const passing = { ...shut, urn: `${shut.urn}\u0000` };
  expect((await update.journal(begun(2, "creating", passing))).status).toBe(200);
  expect((await world.decisions(stack)).filter(({ policy }) => policy === PORT)).toMatchObject([
    { outcome: "fail" },
    { outcome: "pass" },
  ]);
});

test("where a rule is asked is known from what is kept as it is from the judge itself", async () => {
  const gate = await createGate();
  await gate.close();
  const judge = createJudge(pack);
  const types = new Set(gate.rules.rules.flatMap(({ checks }) => checks.flatMap((check) => check.types)));
  const steps: readonly Step[] = ["create", "update", "replace", "delete", "import", "read", "refresh"];
  for (const type of types)
    for (const step of steps) {
      const kept = gate.rules.rules.filter((rule) => concerns(rule, { type, step })).map(({ name }) => name);
      expect(kept.toSorted(), `${step} ${type}`).toEqual([...judge.rulesAsked({ type, step })].toSorted());
    }
});
