import type { Verdict } from "../../policies/index.ts";
import { pack } from "../../policies/index.ts";
import type { StepContext } from "./stepContext.ts";

/** The verdict on a result of a step that its client never announced, so that nobody judged it before it was taken. */
export function neverBegun(
  { urn, type }: { readonly urn: string; readonly type: string },
  context: StepContext,
): Verdict {
  return {
    policy: "gate-never-begun",
    pack: pack.name,
    packVersion: pack.version,
    level: "mandatory",
    severity: "critical",
    outcome: "fail",
    urn,
    resourceType: type,
    message: "the client reports a step that it took without announcing it, so that nobody could judge it",
    remediation:
      "Unset PULUMI_SKIP_CHECKPOINTS, or use a client that journals. What was made exists and is in no state: import it or delete it",
    phase: context.phase,
  };
}
