import { onResource, rule } from "../rule.ts";

const needed = ["api", "audit", "authenticator"] as const;

export const requireClusterLogs = rule({
  name: "security-require-cluster-logs",
  description: "Clusters must write down who did what: the logs of API, audit and authenticator.",
  reason:
    "The audit log is the only record of who changed what in a cluster, and starts on the day on which it is switched on.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EKS.8"], nist: ["PR.PS-04"] },
  remediation: ["Name api, audit and authenticator in enabledClusterLogTypes."],
  check: onResource("aws:eks/cluster:Cluster", ({ enabledClusterLogTypes }, report) => {
    const missing = needed.filter((type) => !enabledClusterLogTypes?.includes(type));
    if (missing.length > 0) report("enabledClusterLogTypes lacks one of those that say who did what");
  }),
});
