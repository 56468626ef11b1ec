import { rule } from "../rule.ts";
import { namespaceOf } from "./objects.ts";
import { onPods } from "./pods.ts";

export const noSystemPriority = rule({
  name: "kubernetes-no-system-priority",
  description: "Pods outside kube-system must not take the priority of the cluster's own.",
  reason:
    "A pod of that priority pushes out any other when a node is full, matches in play included, and is itself never pushed out by what keeps the node alive.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-04"] },
  remediation: ["Make a PriorityClass of the stack's own with a moderate value, and name that."],
  check: onPods(({ spec, path }, report, { resource, show }) => {
    const name = spec.priorityClassName;
    if (name === undefined || !name.startsWith("system-") || namespaceOf(resource) === "kube-system") return;
    report(`${show([...path, "priorityClassName"])} is a priority of the cluster's own`);
  }),
});
