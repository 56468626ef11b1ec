import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";

const planType = "aws:backup/plan:Plan";
const selectionType = "aws:backup/selection:Selection";

export const useBackupPlans = rule({
  name: "reliability-use-backup-plans",
  description: "A backup plan must have a selection of what it backs up.",
  reason: "A plan without one runs every night, succeeds, and backs up nothing.",
  level: "advisory",
  severity: "high",
  controls: { nist: ["PR.DS-11"], wellArchitected: ["REL09-BP01"] },
  remediation: ["Make a Selection for the plan, by tags or by ARNs."],
  check: onWholeStack([planType, selectionType], (resources, report, { each }) => {
    const selections = resources.filter(({ type }) => type === selectionType);
    const isSelectedFor = referredBy(selections, ["planId"]);
    each(
      resources.filter(({ type }) => type === planType),
      (plan) => {
        if (!isSelectedFor(plan)) report([plan], "no selection names the plan");
      },
    );
  }),
});
