import type { RuleIndex, Verdict } from "../../api/gate/index.ts";
import type { JudgedBatch } from "../../api/state/index.ts";

export const rules: RuleIndex = {
  pack: "meridian",
  version: "1.0.0",
  rules: [{ name: "cost-limit", level: "advisory", checks: [{ on: "resource", types: ["test:index:Thing"] }] }],
  settings: {},
};

/** A batch of one step, each with something of its own; every second one with a verdict. */
export function batchOf(index: number): JudgedBatch {
  const urn = `urn:pulumi:dev::game::test:index:Thing::thing-${index} ü`;
  const verdict: Verdict = {
    ...{ policy: "cost-limit", pack: "meridian", packVersion: "1.0.0", level: "advisory", severity: "low" },
    ...{ outcome: "fail", urn, resourceType: "test:index:Thing", message: `too dear: ${index}`, remediation: "" },
    ...{ figure: index / 3, phase: "up" },
  } as const;
  return {
    stack: { id: "8d5c3c9e-3f0b-4f53-9d4a-0d9f6f1d2c11", team: "studio", project: "game", name: "dev" },
    update: `update-${index}`,
    operation: "op_1",
    phase: "up",
    steps: [{ urn, type: "test:index:Thing", step: "create", verdicts: index % 2 === 0 ? [verdict] : [] }],
  };
}
