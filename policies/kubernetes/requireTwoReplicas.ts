import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { onWholeStack, rule } from "../rule.ts";
import { isServing, replicaTypes, replicatedAmong } from "./replicas.ts";

/** A pod that names ports is called by others; one that names none works for itself, and two of it may be one too many. */
const isCalled = ({ inputs }: KnownResource): boolean => {
  const containers = valueAt(inputs, ["spec", "template", "spec", "containers"]);
  return Array.isArray(containers) && containers.some(({ ports = [] }) => ports.length > 0);
};

export const requireTwoReplicas = rule({
  name: "kubernetes-require-two-replicas",
  description: "In production workloads that others call must be two pods at least, or have an autoscaler.",
  reason:
    "With one pod each update, each drained node and each crash is an outage, for as long as the next one starts.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"] },
  remediation: ["Set replicas to two or more, or give the workload an autoscaler."],
  check: onWholeStack(replicaTypes, (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    const isReplicated = replicatedAmong(resources);
    each(resources.filter(isServing), (workload) => {
      if (isCalled(workload) && !isReplicated(workload)) report([workload], "it is a single pod");
    });
  }),
});
