import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listDecisions } from "../../api/decisions/listDecisions.ts";
import { createExempting, type Gate, type Verdict } from "../../api/gate/index.ts";
import { keepOwedJudgements } from "../../api/state/index.ts";
import { grantExemption, usesOf } from "../state/support/exemptions.ts";
import {
  begun,
  deploymentOf,
  protocolClient,
  type RunningUpdate,
  succeeded,
  thing,
} from "../state/support/protocolClient.ts";
import { insertTarget } from "../state/support/rows.ts";
import { startTestBackend, TEAM, type TestBackend, testKeyring } from "../state/support/testBackend.ts";
import { gateOf } from "./ledgerWorld.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const WHOLE = "security-whole-stack";
const bucket = { ...thing("pictures", {}, BUCKET), id: "pictures-1" };
/** Longer than a process may take over a judgement before it is taken for dead. */
const LONG_S = 40;

let dying: TestBackend;
let living: TestBackend;
let real: Gate;
let client: ReturnType<typeof protocolClient>;

/** What the process that is to die does when it judges: it says that it has come to it, and waits until it is let go on. */
let judging = { reached: Promise.withResolvers<void>(), goOn: Promise.withResolvers<void>() };
let asked = 0;

beforeAll(async () => {
  real = await gateOf({});
  const whole = { name: WHOLE, level: "mandatory", checks: [{ on: "whole-stack", types: [BUCKET] }] } as const;
  const gate: Gate = {
    ...real,
    rules: { ...real.rules, rules: [...real.rules.rules, whole] },
    wholeTypes: new Set([BUCKET]),
    async judgeWhole(context, resources) {
      asked += 1;
      const exempting = createExempting(living.exemptions.exemptionsOf, living.clock);
      return (await exempting(context, [resources.map(missing)])).flat();
    },
  };
  const held: Gate = {
    ...gate,
    async judgeWhole(...given) {
      if (given[0].phase === "preview") return given[1].map(missing).map((found) => ({ ...found, outcome: "unknown" }));
      const { reached, goOn } = judging;
      reached.resolve();
      await goOn.promise;
      return gate.judgeWhole(...given);
    },
  };
  const keyring = testKeyring();
  dying = await startTestBackend({ gate: held, keyring });
  living = await startTestBackend({ gate, keyring, database: dying.database });
  client = protocolClient(dying);
});
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  await dying.close();
  await real.close();
});

const missing = ({ urn, type }: { urn: string; type: string }): Verdict => ({
  ...{ policy: WHOLE, pack: "meridian", packVersion: "1", level: "mandatory", severity: "high", outcome: "fail" },
  ...{ urn, resourceType: type, message: "it has no block of public access", remediation: "Add one.", phase: "up" },
});

/** An update that has ended in the database, and whose process is just about to judge its end. */
async function endedUnjudged(stack: string) {
  const own = { reached: Promise.withResolvers<void>(), goOn: Promise.withResolvers<void>() };
  judging = own;
  const update = await client.start(stack);
  await update.journal(begun(1, "creating", bucket), succeeded(1, bucket));
  const answer = update.complete();
  await own.reached.promise;
  const goOn = async (): Promise<number> => {
    own.goOn.resolve();
    return (await answer).status;
  };
  return { update, goOn, failsToJudge: () => own.goOn.reject(new Error("the pack is not there")), answer };
}

async function onRecord({ id }: Pick<RunningUpdate, "id">) {
  const { db } = dying.database;
  const rows = await db.selectFrom("decisions").select("steps").where("updateId", "=", id).execute();
  const whole = rows.filter(({ steps }) => JSON.stringify(steps).includes('"whole"')).length;
  const count = async (table: "findings" | "verdicts" | "owedJudgements") =>
    (await db.selectFrom(table).select("updateId").where("updateId", "=", id).execute()).length;
  return {
    ...{ decisions: whole, findings: await count("findings"), verdicts: await count("verdicts") },
    owed: await count("owedJudgements"),
  };
}
const once = { decisions: 1, findings: 1, verdicts: 1, owed: 0 };

test("what a process was to judge when it died is judged by another, and put down once", async () => {
  const { update, goOn } = await endedUnjudged(await client.makeStack());
  expect(await onRecord(update)).toEqual({ decisions: 0, findings: 0, verdicts: 0, owed: 1 });
  expect(await living.state.settleAbandoned()).toBe(0);
  living.moveClock(LONG_S);
  expect(await living.state.settleAbandoned()).toBe(1);
  expect(await onRecord(update)).toEqual(once);
  // It was not dead after all.
  expect(await goOn()).toBe(200);
  expect(asked).toBe(2);
  expect(await onRecord(update)).toEqual(once);
  living.moveClock(LONG_S);
  expect(await living.state.settleAbandoned()).toBe(0);
});

test("two processes that look at once take nothing twice", async () => {
  const first = await endedUnjudged(await client.makeStack());
  const second = await endedUnjudged(await client.makeStack());
  living.moveClock(LONG_S);
  const taken = await Promise.all([living.state.settleAbandoned(), living.state.settleAbandoned()]);
  expect(taken[0] + taken[1]).toBe(2);
  expect(asked).toBe(2);
  expect(await onRecord(first.update)).toEqual(once);
  expect(await onRecord(second.update)).toEqual(once);
  await Promise.all([first.goOn(), second.goOn()]);
});

test("a client that asks again, at another process, is answered when the end is judged", async () => {
  const { update, goOn } = await endedUnjudged(await client.makeStack());
  const again = await living.call("POST", `${update.path}/complete`, {
    authorization: `update-token ${update.token}`,
    body: { status: "succeeded" },
  });
  expect(again.status).toBe(200);
  expect(await onRecord(update)).toEqual(once);
  await goOn();
});

test("the end is judged before the next update of the stack begins", async () => {
  const stack = await client.makeStack();
  const { update, goOn } = await endedUnjudged(stack);
  await protocolClient(living).start(stack);
  expect(await onRecord(update)).toEqual(once);
  await goOn();
});

test("a judgement that fails is tried again, and the client is told that its update has ended", async () => {
  const { update, answer, failsToJudge } = await endedUnjudged(await client.makeStack());
  failsToJudge();
  expect((await answer).status).toBe(200);
  expect(await onRecord(update)).toMatchObject({ decisions: 0, owed: 1 });
  living.moveClock(LONG_S);
  await living.state.settleAbandoned();
  expect(await onRecord(update)).toEqual(once);
});

test("what it finds of a resource that is gone by then is not open", async () => {
  const stack = await client.makeStack();
  const { update, goOn } = await endedUnjudged(stack);
  expect((await living.call("POST", `${stack}/import`, { body: deploymentOf() })).status).toBe(200);
  living.moveClock(LONG_S);
  await living.state.settleAbandoned();
  const found = dying.database.db.selectFrom("findings").select(["status", "resolution"]);
  expect(await found.where("updateId", "=", update.id).execute()).toEqual([{ status: "resolved", resolution: "gone" }]);
  expect(await onRecord(update)).toMatchObject({ decisions: 1, owed: 0 });
  await goOn();
});

test("what a preview did not know is not given up while the judgement that settles it is owed", async () => {
  const { state, database } = dying;
  await insertTarget(dying);
  const place = { team: TEAM, project: "game", name: "unknown", target: "live", region: "eu-west-1" };
  await state.ensureStack(undefined, { ...place, doors: ["cli", "service"], tags: {} });
  const stack = `/api/stacks/${TEAM}/game/unknown`;
  const preview = await client.start(stack, { dryRun: true });
  const metadata = { op: "create", urn: bucket.urn, type: bucket.type, old: null, new: bucket, detailedDiff: null };
  const event = { sequence: 0, timestamp: 1, resourcePreEvent: { planning: true, metadata } };
  await preview.send("POST", "events/batch", { events: [event] });
  expect((await preview.complete()).status).toBe(403);
  const caller = { team: TEAM } as Parameters<typeof listDecisions>[1]["caller"]; // no more of it is looked at
  const previewed = async () => {
    const rows = { rows: { stack: "game/unknown" }, direction: "asc" } as const;
    const { items } = await listDecisions(database.db, { pageSize: 100, caller, policy: WHOLE }, rows);
    return items.find(({ phase }) => phase === "preview");
  };
  const { goOn } = await endedUnjudged(stack);
  expect(await previewed()).toMatchObject({ outcome: "unknown" });
  living.moveClock(LONG_S);
  await living.state.settleAbandoned();
  expect(await previewed()).toMatchObject({ outcome: "unknown", settled: { outcome: "fail" } });
  await goOn();
});

test("an exemption that lets it through is used once, by whoever puts it down", async () => {
  const stack = await client.makeStack("exempted");
  const id = await grantExemption(living, WHOLE, { project: "game", stack: "exempted" });
  const { update, goOn } = await endedUnjudged(stack);
  living.moveClock(LONG_S);
  await living.state.settleAbandoned();
  await goOn();
  expect(await usesOf(living, id)).toBe(1);
  expect(await onRecord(update)).toEqual({ ...once, findings: 0 });
});

test("what is owed goes with the stack", async () => {
  const stack = await client.makeStack();
  const { update, goOn } = await endedUnjudged(stack);
  await dying.database.db
    .deleteFrom("stacks")
    .where("name", "=", stack.split("/").at(-1) ?? "")
    .execute();
  expect(await goOn()).toBe(200);
  expect(await onRecord(update)).toEqual({ decisions: 0, findings: 0, verdicts: 0, owed: 0 });
});

test("the keeper looks when it starts, and again after a look that failed", async () => {
  const { update, goOn } = await endedUnjudged(await client.makeStack());
  living.moveClock(LONG_S);
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  const keeper = keepOwedJudgements({
    logger: pino({ level: "silent" }),
    everyMs: 1,
    async settleAbandoned() {
      looks += 1;
      if (looks === 1) throw new Error("the database is away");
      const taken = await living.state.settleAbandoned();
      looked.resolve();
      return taken;
    },
  });
  await looked.promise;
  await keeper.stop();
  expect(await onRecord(update)).toEqual(once);
  await goOn();
});
