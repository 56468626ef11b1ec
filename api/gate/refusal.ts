import type { Verdict } from "../../policies/index.ts";
import { Problem } from "../base/problem.ts";

export const isMandatory = (verdict: Verdict): boolean => verdict.level === "mandatory";

/**
 * The problem with which forbidden steps are refused. Its text is what a person reads on the resource's line in the
 * Pulumi CLI: rule, level, severity, reason and remedy for each resource.
 *
 * @param stopped how many other steps were stopped with them, because the client fails a batch of steps as a whole
 */
export function policyDenied(verdicts: readonly Verdict[], stopped = 0): Problem {
  const denied = verdicts.filter(isMandatory);
  const others = stopped === 0 ? "" : `\n${stopped} other step(s) sent with it were stopped too: run the update again.`;
  return new Problem("policy-denied", `${denied.map(describe).join("\n")}${others}`, { facts: { verdicts: denied } });
}

function describe(verdict: Verdict): string {
  const about = verdict.urn.slice(verdict.urn.lastIndexOf("::") + 2) || verdict.urn;
  return (
    `${verdict.policy} (${verdict.level}, ${verdict.severity}; pack ${verdict.pack} ${verdict.packVersion}) ` +
    `refuses ${verdict.resourceType} "${about}": ${verdict.message}. Remedy: ${verdict.remediation}`
  );
}
