import type { KnownResource, Verdict } from "../../policies/index.ts";
import type { StepContext } from "./stepContext.ts";

export interface PackIdentity {
  readonly name: string;
  readonly version: string;
}

/** The verdict on a step of which no judgement could be had: what is not judged is not done. */
export function noJudgement(
  { urn, type }: Pick<KnownResource, "urn" | "type">,
  { phase }: StepContext,
  pack: PackIdentity,
): Verdict {
  return {
    policy: "gate-no-judgement",
    pack: pack.name,
    packVersion: pack.version,
    level: "mandatory",
    severity: "critical",
    outcome: "unknown",
    urn,
    resourceType: type,
    message: `the pack ${pack.name} ${pack.version} gave no judgement, and what is not judged is not done`,
    remediation: "Run the update again. If it stays so, tell an admin: a policy does not answer.",
    phase,
  };
}
