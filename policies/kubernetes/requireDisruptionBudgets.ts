import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown, someKnown } from "../unknown.ts";
import { type LabelSelector, namespaceOf, selects } from "./objects.ts";
import { isServing, replicaTypes, replicatedAmong } from "./replicas.ts";

const budgetType = "kubernetes:policy/v1:PodDisruptionBudget";

const guards =
  (workload: KnownResource) =>
  (budget: KnownResource): boolean => {
    if (budget.type !== budgetType || namespaceOf(budget) !== namespaceOf(workload)) return false;
    const selector = valueAt(budget.inputs, ["spec", "selector"]) as LabelSelector | undefined; // what the schema says
    const labels = valueAt(workload.inputs, ["spec", "template", "metadata", "labels"]);
    return selects(selector ?? {}, (labels ?? {}) as Readonly<Record<string, unknown>>); // as above
  };

const pairsOf = (labels: unknown): readonly string[] =>
  typeof labels === "object" && labels !== null
    ? Object.keys(labels).map((key) => JSON.stringify([key, Reflect.get(labels, key)]))
    : [];

/**
 * Gives the budgets that may guard a workload: each lies under the rarest label that it asks for, and those that ask for none, or for
 * what is not known yet, are everybody's. Most stacks give all their pods one label, which would lead to all budgets.
 */
function budgetsByLabel(budgets: readonly KnownResource[]): (workload: KnownResource) => readonly KnownResource[] {
  const asked = budgets.map((budget) => ({
    budget,
    pairs: ifKnown(() => pairsOf(valueAt(budget.inputs, ["spec", "selector", "matchLabels"]))) ?? [],
  }));
  const counts = new Map<string, number>();
  for (const pair of asked.flatMap(({ pairs }) => pairs)) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  const byPair = new Map<string | undefined, KnownResource[]>();
  for (const { budget, pairs } of asked) {
    const [rarest] = pairs.toSorted((one, other) => (counts.get(one) ?? 0) - (counts.get(other) ?? 0));
    const list = byPair.get(rarest);
    if (list === undefined) byPair.set(rarest, [budget]);
    else list.push(budget);
  }
  return (workload) => {
    const labels = ifKnown(() => pairsOf(valueAt(workload.inputs, ["spec", "template", "metadata", "labels"])));
    if (labels === undefined) return budgets;
    return [...labels, undefined].flatMap((pair) => byPair.get(pair) ?? []);
  };
}

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
    const isReplicated = replicatedAmong(resources);
    const candidatesFor = budgetsByLabel(resources.filter(({ type }) => type === budgetType));
    each(resources.filter(isServing), (workload) => {
      if (isReplicated(workload) && !someKnown(candidatesFor(workload), guards(workload)))
        report([workload], "no PodDisruptionBudget guards its pods");
    });
  }),
});
