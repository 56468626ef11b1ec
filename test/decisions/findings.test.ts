import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../api/findings/finding.ts";
import { listFindings } from "../../api/findings/findingStore.ts";
import type { Verdict } from "../../api/gate/index.ts";
import { begun, succeeded, thing } from "../state/support/protocolClient.ts";
import { TEAM } from "../state/support/testBackend.ts";
import { gateOf, hidden, type LedgerWorld, open, PORT, shut, startLedgerWorld } from "./ledgerWorld.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const WHOLE = "security-whole-stack";
const bucket = { ...thing("pictures", {}, BUCKET), id: "pictures-1" };

let world: LedgerWorld;
/** Whether the stack as a whole lacks something. */
let lacking = true;
beforeAll(async () => {
  const real = await gateOf({ [PORT]: "advisory" });
  const whole = { name: WHOLE, level: "mandatory", checks: [{ on: "whole-stack", types: [BUCKET] }] } as const;
  world = await startLedgerWorld({
    ...real,
    rules: { ...real.rules, rules: [...real.rules.rules, whole] },
    wholeTypes: new Set([BUCKET]),
    judgeWhole: async (context, resources) => (lacking && context.phase === "up" ? resources : []).map(missing),
  });
});
afterAll(() => world.close());

const missing = ({ urn, type }: { urn: string; type: string }): Verdict => ({
  ...{ policy: WHOLE, pack: "meridian", packVersion: "1", level: "mandatory", severity: "high", outcome: "fail" },
  ...{ urn, resourceType: type, message: "it has no block of public access", remediation: "Add one.", phase: "up" },
});

async function findings(stack: string): Promise<readonly Finding[]> {
  const caller = { team: TEAM } as Parameters<typeof listFindings>[1]["caller"]; // no more of it is looked at
  const asked = { stack: `game/${stack.split("/").at(-1)}`, team: TEAM, pageSize: 100, caller };
  return (await listFindings(world.backend.database.db, asked)).items;
}
async function up(stack: string, ...entries: Parameters<Awaited<ReturnType<typeof world.client.start>>["journal"]>) {
  const update = await world.client.start(stack);
  for (const entry of entries) expect((await update.journal(entry)).status).toBe(200);
  expect((await update.complete()).status).toBe(200);
}
const made = (resource: typeof open) => [begun(1, "creating", resource), succeeded(1, { ...resource, id: "sg-1" })];

describe("what a preview did not know and fails when it is made", () => {
  test("is a finding on the stack, until a later judgement passes", async () => {
    const stack = await world.governed("late");
    await world.preview(stack, hidden);
    await up(stack, ...made(open));
    expect(await findings(stack)).toMatchObject([
      {
        policy: PORT,
        urn: open.urn,
        level: "advisory",
        status: "open",
        stack: "game/late",
        decision: expect.any(Number),
      },
    ]);
    const base = { ...open, id: "sg-1" };
    await up(
      stack,
      begun(1, "updating", { ...base, inputs: { ...open.inputs, description: "as open" } }),
      succeeded(1, base),
    );
    expect(await findings(stack)).toMatchObject([{ status: "open" }]);
    await up(stack, begun(1, "updating", { ...shut, id: "sg-1" }), succeeded(1, { ...shut, id: "sg-1" }));
    expect(await findings(stack)).toMatchObject([{ status: "resolved", resolution: "passed" }]);
  });

  test("is settled when the resource is gone, and not before it is", async () => {
    const stack = await world.governed("gone");
    await world.preview(stack, hidden);
    await up(stack, ...made(open));
    const base = { ...open, id: "sg-1" };
    const failing = await world.client.start(stack, { kind: "destroy" });
    await failing.journal(begun(1, "deleting", base), { kind: 2, operationID: 1 });
    await failing.complete("failed");
    expect(await findings(stack)).toMatchObject([{ status: "open" }]);
    await up(stack, begun(1, "deleting", base), { kind: 1, operationID: 1, removeOld: 0 });
    expect(await findings(stack)).toMatchObject([{ status: "resolved", resolution: "gone" }]);
  });

  test("is none where the preview knew of it", async () => {
    const stack = await world.governed("known");
    await world.preview(stack, open);
    await up(stack, ...made(open));
    expect(await findings(stack)).toEqual([]);
  });

  test("is none where nothing was previewed", async () => {
    const stack = await world.client.makeStack();
    await up(stack, ...made(open));
    expect(await findings(stack)).toEqual([]);
  });
});

test("what a resource brings that was imported and fails is a finding", async () => {
  const stack = await world.client.makeStack();
  await up(stack, begun(1, "importing", { ...open, inputs: {} }), succeeded(1, { ...open, id: "sg-1" }));
  expect(await findings(stack)).toMatchObject([{ policy: PORT, status: "open" }]);
});

test("what only the whole stack tells is a finding until the whole stack passes, whatever its parts do", async () => {
  const stack = await world.client.makeStack();
  await up(stack, begun(1, "creating", bucket), succeeded(1, bucket));
  expect(await findings(stack)).toMatchObject([{ policy: WHOLE, level: "mandatory", urn: bucket.urn, status: "open" }]);
  const update = await world.client.start(stack);
  await update.journal(begun(1, "updating", bucket));
  await update.complete("failed");
  expect(await findings(stack)).toMatchObject([{ status: "open" }]);
  lacking = false;
  await up(stack, begun(1, "updating", bucket), succeeded(1, bucket));
  lacking = true;
  expect(await findings(stack)).toMatchObject([{ status: "resolved", resolution: "passed" }]);
  const decided = (await world.decisions(stack)).filter(({ policy }) => policy === WHOLE);
  expect(decided.map(({ outcome }) => outcome)).toEqual(["fail", "pass"]);
});

test("a finding that is found again is one finding", async () => {
  const stack = await world.governed("twice");
  for (const description of ["first", "second"]) {
    await world.preview(stack, hidden);
    const resource = { ...open, inputs: { ...open.inputs, description } };
    await up(
      stack,
      ...(description === "first" ? made(resource) : [begun(1, "updating", { ...resource, id: "sg-1" })]),
    );
  }
  expect(await findings(stack)).toHaveLength(1);
});

test("a finding goes with its stack, and the ledger stays", async () => {
  const stack = await world.client.makeStack();
  await up(stack, begun(1, "importing", { ...open, inputs: {} }), succeeded(1, { ...open, id: "sg-1" }));
  expect(await findings(stack)).toHaveLength(1);
  await world.backend.database.db
    .deleteFrom("stacks")
    .where("name", "=", stack.split("/").at(-1) ?? "")
    .execute();
  expect(await findings(stack)).toEqual([]);
  expect((await world.decisions(stack)).length).toBeGreaterThan(0);
});

test("a finding on a resource whose name is longer than a row of an index is one finding, and is settled", async () => {
  const stack = await world.client.makeStack();
  const long = { ...open, urn: `${open.urn}-${randomBytes(5_000).toString("hex")}`, id: "sg-1" };
  await up(stack, begun(1, "importing", { ...long, inputs: {} }), succeeded(1, long));
  expect(await findings(stack)).toMatchObject([{ urn: long.urn, status: "open" }]);
  const known = { ...long, inputs: { ...long.inputs, description: "found again" } };
  await up(stack, begun(1, "importing", { ...known, inputs: {} }), succeeded(1, known));
  expect(await findings(stack)).toMatchObject([{ urn: long.urn, status: "open" }]);
  await up(stack, begun(1, "updating", { ...shut, urn: long.urn, id: "sg-1" }));
  expect(await findings(stack)).toMatchObject([{ status: "resolved", resolution: "passed" }]);
});
