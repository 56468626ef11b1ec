import { onDeletion, rule } from "../rule.ts";
import { stackType } from "./stackType.ts";

export const keepUsedStacks = rule({
  name: "reliability-keep-used-stacks",
  description: "A stack must not be torn down while other stacks take outputs of it.",
  reason: "Those that depend on it go on pointing at what is gone, and fail one after another.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["ID.AM-03"], wellArchitected: ["REL03-BP01"] },
  remediation: ["Tear down first what depends on it, or give it values in place of the references."],
  check: onDeletion([stackType], (_, report, { context: { teardown } }) => {
    const dependents = teardown?.dependents ?? [];
    if (dependents.length > 0)
      report(`${dependents.join(", ")} ${dependents.length === 1 ? "takes" : "take"} outputs of it`);
  }),
});
