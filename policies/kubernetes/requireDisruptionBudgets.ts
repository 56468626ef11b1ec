import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { onWholeStack, rule } from "../rule.ts";
import { someKnown } from "../unknown.ts";
import { type LabelSelector, namespaceOf, selects } from "./objects.ts";
import { isReplicated, isServing, replicaTypes } from "./replicas.ts";

const budgetType = "kubernetes:policy/v1:PodDisruptionBudget";

const guards =
  (workload: KnownResource) =>
  (budget: KnownResource): boolean => {
    if (budget.type !== budgetType || namespaceOf(budget) !== namespaceOf(workload)) return false;
    const selector = valueAt(budget.inputs, ["spec", "selector"]) as LabelSelector | undefined; // what the schema says
    const labels = valueAt(workload.inputs, ["spec", "template", "metadata", "labels"]);
    return selects(selector ?? {}, (labels ?? {}) as Readonly<Record<string, unknown>>); // as above
  };

export const requireDisruptionBudgets = rule({
  name: "kubernetes-require-disruption-budgets",
  description: "In production workloads of several pods must have a budget of disruptions.",
  reason:
    "An upgrade of the cluster drains node after node. Without a budget nothing says how many pods of a workload may go at once, and all of them may.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"] },
  remediation: ["Make a PodDisruptionBudget in the workload's namespace whose selector meets the labels of its pods."],
  check: onWholeStack([...replicaTypes, budgetType], (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    each(resources.filter(isServing), (workload) => {
      if (isReplicated(workload, resources) && !someKnown(resources, guards(workload)))
        report([workload], "no PodDisruptionBudget guards its pods");
    });
  }),
});
