import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExempting, type ExemptionsOf, type Verdict } from "../../api/gate/index.ts";
import { grantExemption, usesOf } from "../state/support/exemptions.ts";
import { begun, deploymentOf, succeeded, thing } from "../state/support/protocolClient.ts";
import { gateOf, type LedgerWorld, open, PORT, STORES, shut, startLedgerWorld } from "./ledgerWorld.ts";

const WHOLE = "security-whole-stack";
const store = { ...thing("players", {}, "aws:dynamodb/table:Table"), id: "p-1", protect: true };

describe("what an exemption lets through is on record as exempted, by which", () => {
  let exempting: LedgerWorld;
  beforeAll(async () => {
    const exemptionsOf: ExemptionsOf = (context) => exempting.backend.exemptions.exemptionsOf(context);
    const gate = await gateOf({ [PORT]: "mandatory", [STORES]: "mandatory" }, { exemptionsOf });
    const wholeTypes = new Set([open.type]);
    const whole = { name: WHOLE, level: "mandatory", checks: [{ on: "whole-stack", types: [open.type] }] } as const;
    exempting = await startLedgerWorld({
      ...gate,
      rules: { ...gate.rules, rules: [...gate.rules.rules, whole] },
      wholeTypes,
      async judgeWhole(context, resources) {
        const exempt = createExempting(exemptionsOf, exempting.backend.clock);
        return (await exempt(context, [resources.map((resource) => lacking(resource, context.phase))])).flat();
      },
    });
  });
  afterAll(() => exempting.close());

  const lacking = ({ urn, type }: { urn: string; type: string }, phase: "preview" | "up" | "admission"): Verdict => ({
    ...{ policy: WHOLE, pack: "meridian", packVersion: "1", level: "mandatory", severity: "high", outcome: "fail" },
    ...{ urn, resourceType: type, message: "it has no lock", remediation: "", phase },
  });
  const of = async (stack: string, policy: string) =>
    (await exempting.decisions(stack)).filter((found) => found.policy === policy);

  test("in the preview, at the step, and of the whole stack at its end", async () => {
    const stack = await exempting.governed("exempt");
    const port = await grantExemption(exempting.backend, PORT, { project: "game", stack: "exempt" });
    const whole = await grantExemption(exempting.backend, WHOLE, { project: "game", stack: "exempt" });
    expect((await exempting.preview(stack, open)).status).toBe(200);
    const update = await exempting.client.start(stack);
    expect((await update.journal(begun(1, "creating", open), succeeded(1, { ...open, id: "sg-1" }))).status).toBe(200);
    expect((await update.complete()).status).toBe(200);
    const by = (id: string) => ({ outcome: "exempted", exemptions: [id], taken: true, urn: open.urn });
    expect(await of(stack, PORT)).toMatchObject([
      { ...by(port), phase: "preview", step: "create", messages: [expect.stringContaining("opens SSH")] },
      { ...by(port), phase: "up", step: "create", messages: [expect.stringContaining("opens SSH")] },
    ]);
    expect(await of(stack, WHOLE)).toMatchObject([
      { ...by(whole), phase: "preview", step: "whole" },
      { ...by(whole), phase: "up", step: "whole" },
    ]);
  });

  test("and one that ended is in no later row", async () => {
    const stack = await exempting.client.makeStack("ended");
    const id = await grantExemption(exempting.backend, PORT, { project: "game", stack: "ended", maxUses: 1 });
    const first = await exempting.client.start(stack);
    expect((await first.journal(begun(1, "creating", open), { kind: 2, operationID: 1 })).status).toBe(200);
    await first.complete("failed");
    const second = await exempting.client.start(stack);
    expect((await second.journal(begun(1, "creating", open))).status).toBe(403);
    const found = await of(stack, PORT);
    expect(found).toMatchObject([
      { outcome: "exempted", exemptions: [id], update: first.id, taken: true },
      { outcome: "fail", update: second.id, taken: false },
    ]);
    expect(found[1]?.exemptions).toBeUndefined();
  });

  test("in a batch that another refusal stops it is exempted and not taken, and is no use", async () => {
    const stack = await exempting.client.makeStack("stopped");
    const id = await grantExemption(exempting.backend, PORT, { project: "game", stack: "stopped" });
    const update = await exempting.client.start(stack);
    const doomed = store;
    const batch = [begun(1, "creating", open), begun(2, "deleting", doomed)];
    expect((await update.journal(...batch)).status).toBe(403);
    expect(await of(stack, PORT)).toMatchObject([{ outcome: "exempted", exemptions: [id], taken: false }]);
    expect(await usesOf(exempting.backend, id)).toBe(0);
  });
});

test("a pack that gives no judgement has run none of its rules", async () => {
  const real = await gateOf({ [PORT]: "mandatory" });
  const silent = await startLedgerWorld({
    ...real,
    judgeSteps: async (context, steps) =>
      steps.map(({ urn, type }) => [
        {
          ...{ policy: "gate-no-judgement", pack: "meridian", packVersion: real.rules.version, level: "mandatory" },
          ...{ severity: "critical", outcome: "unknown", urn, resourceType: type, message: "none", remediation: "" },
          phase: context.phase,
        } as const,
      ]),
  });
  try {
    const stack = await silent.client.makeStack();
    await (await silent.client.start(stack)).journal(begun(1, "creating", shut));
    const found = await silent.decisions(stack);
    expect(found.find(({ policy }) => policy === PORT)).toMatchObject({ outcome: "not-run", why: "no-judgement" });
    expect(found.find(({ policy }) => policy === "gate-no-judgement")).toMatchObject({ outcome: "unknown" });
  } finally {
    await silent.close();
  }
});

test("nor has one that gives none at the end run any of its rules on the whole stack", async () => {
  const real = await gateOf({ [PORT]: "mandatory" });
  const whole = { name: WHOLE, level: "mandatory", checks: [{ on: "whole-stack", types: [shut.type] }] } as const;
  const silent = await startLedgerWorld({
    ...real,
    rules: { ...real.rules, rules: [...real.rules.rules, whole] },
    wholeTypes: new Set([shut.type]),
    judgeWhole: async ({ phase }, resources) =>
      resources.slice(0, 1).map(({ urn, type }) => ({
        ...{ policy: "gate-no-judgement", pack: "meridian", packVersion: "1", level: "mandatory" },
        ...{
          severity: "critical",
          outcome: "unknown",
          urn,
          resourceType: type,
          message: "none",
          remediation: "",
          phase,
        },
      })),
  });
  try {
    const stack = await silent.client.makeStack();
    const update = await silent.client.start(stack);
    await update.journal(begun(1, "creating", shut), succeeded(1, { ...shut, id: "sg-1" }));
    expect((await update.complete()).status).toBe(200);
    const found = await silent.decisions(stack);
    expect(found.find(({ policy }) => policy === WHOLE)).toMatchObject({ outcome: "not-run", why: "no-judgement" });
    expect(found.find(({ policy, step }) => policy === PORT && step === "create")).toMatchObject({ outcome: "pass" });
  } finally {
    await silent.close();
  }
});

test("a client that does not journal has the same on record: what passed, and what is switched off", async () => {
  const gate = await gateOf({ [PORT]: "mandatory" });
  const plain = await startLedgerWorld(gate);
  const stack = await plain.client.makeStack();
  const update = await plain.client.start(stack, { journals: false });
  const { version, deployment } = deploymentOf();
  const pending = [{ type: "creating", resource: shut }];
  expect(
    (await update.checkpoint({ version, deployment: { ...deployment, pending_operations: pending } })).status,
  ).toBe(200);
  const all = await plain.decisions(stack);
  expect(all.find(({ policy }) => policy === PORT)).toMatchObject({ outcome: "pass", step: "create", taken: true });
  expect(all.find(({ policy }) => policy === "cost-require-tags")).toMatchObject({
    outcome: "not-run",
    why: "disabled",
  });
  await plain.close();
});
