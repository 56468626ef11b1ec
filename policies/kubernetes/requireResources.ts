import { pathText } from "../propertyPath.ts";
import { rule } from "../rule.ts";
import { onContainers } from "./pods.ts";

export const requireResources = rule({
  name: "kubernetes-require-resources",
  description: "Containers must ask for processor and memory, and must bound their memory.",
  reason:
    "The scheduler fills nodes by what pods ask for: one that asks for nothing is put anywhere, and takes memory from the matches beside it until the kernel ends one of them. A bound on the processor is not asked for, since it throttles a server's ticks while the node is idle.",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["PR.IR-04"] },
  remediation: ["Set resources.requests.cpu, resources.requests.memory and resources.limits.memory of each container."],
  check: onContainers(({ resources }, path, pod, report) => {
    // A pod may say it for all of its containers (kubernetes.io, "Assign Pod-level CPU and memory resources").
    const requests = { ...pod.spec.resources?.requests, ...resources?.requests };
    const limits = { ...pod.spec.resources?.limits, ...resources?.limits };
    // What is bounded and not asked for is asked for in full, by the cluster's own default.
    const missing = [
      ...(["cpu", "memory"] as const)
        .filter((kind) => (requests[kind] ?? limits[kind]) === undefined)
        .map((kind) => `requests.${kind}`),
      ...(limits["memory"] === undefined ? ["limits.memory"] : []),
    ];
    if (missing.length > 0) report(`${pathText([...path, "resources"])} lacks ${missing.join(" and ")}`);
  }),
});
