import { onResource, rule } from "../rule.ts";
import { isWorld } from "./ingress.ts";

export const narrowClusterEndpoint = rule({
  name: "security-narrow-cluster-endpoint",
  description: "The API of a cluster must be private, or open to known networks alone.",
  reason:
    "It is open to the world unless it is told otherwise, and each hole in Kubernetes is then one that anybody can try on it.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EKS.1"], nist: ["PR.IR-01"] },
  remediation: [
    "Set vpcConfig.endpointPublicAccess to false, or name the networks of operators in vpcConfig.publicAccessCidrs.",
  ],
  check: onResource("aws:eks/cluster:Cluster", ({ vpcConfig }, report) => {
    if (vpcConfig.endpointPublicAccess === false) return;
    const ranges = vpcConfig.publicAccessCidrs ?? [];
    if (ranges.length === 0 || ranges.some(isWorld))
      report("vpcConfig.publicAccessCidrs lets the whole internet reach the API");
  }),
});
