import { onResource, rule } from "../rule.ts";

const label = "pod-security.kubernetes.io/enforce";

export const requirePodSecurityLabels = rule({
  name: "kubernetes-require-pod-security-labels",
  description: "Namespaces must have the cluster enforce the profile Baseline or Restricted.",
  reason:
    "Rules here judge what programs make. What a person, an operator or a chart makes in the namespace is judged by the cluster's own admission only, and that asks nothing of a namespace without the label.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.PS-01"] },
  remediation: [`Label the namespace with ${label}: restricted, or baseline where a chart cannot do better.`],
  check: onResource("kubernetes:core/v1:Namespace", ({ metadata }, report) => {
    if (metadata?.name?.startsWith("kube-")) return;
    const enforced = metadata?.labels?.[label];
    if (enforced === undefined) report(`metadata.labels lacks ${label}`);
    else if (enforced !== "restricted" && enforced !== "baseline")
      report(`the label ${label} enforces neither profile`);
  }),
});
