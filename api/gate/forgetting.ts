import type { Verdict } from "../../policies/index.ts";
import { type Control, pack } from "../../policies/index.ts";
import type { StepContext } from "./stepContext.ts";

/**
 * The rule on stacks that go while their resources stay. It stands here because it is about a stack, of which no engine and no
 * other backend tells a pack.
 */
export const forgettingPolicy = {
  name: "reliability-forget-no-resources",
  description: "A stack of production, or with a target, must not be removed while it has resources.",
  level: "mandatory",
  severity: "critical",
  reason: "They would go on existing, and be paid for, with nobody to know of them.",
  pack: pack.name,
  packVersion: pack.version,
  controls: [] as readonly Control[],
  remediation: ["Destroy them first, or ask for an exemption of this rule for the stack (POST /v1/exemptions)."],
  settings: [],
  deletion: true,
} as const;

/** What the rule says of forgetting a stack that has resources; nothing of one that no target holds and that is not production. */
export function judgeForgetting(
  context: StepContext,
  stack: { readonly fullName: string; readonly resourceCount: number; readonly governed: boolean },
): readonly Verdict[] {
  if (stack.resourceCount === 0 || !stack.governed) return [];
  const { name: policy, packVersion, level, severity, remediation } = forgettingPolicy;
  const { project, stack: name, phase } = context;
  return [
    {
      policy,
      pack: pack.name,
      packVersion,
      level,
      severity,
      outcome: "fail",
      urn: `urn:pulumi:${name}::${project}::pulumi:pulumi:Stack::${project}-${name}`,
      resourceType: "pulumi:pulumi:Stack",
      message: `${stack.fullName} still has ${stack.resourceCount} resources, which would go on existing with nobody to know of them`,
      remediation: remediation.join(" "),
      phase,
    },
  ];
}
