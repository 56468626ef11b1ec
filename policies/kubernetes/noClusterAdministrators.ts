import { onResource, rule } from "../rule.ts";

export const noClusterAdministrators = rule({
  name: "kubernetes-no-cluster-administrators",
  description: "Nothing is bound to the role cluster-admin.",
  reason:
    "It may do everything to everything, and no quota, label or policy of the cluster stands above it. People who need it once have it by their access to the account, which is logged and ends.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.AA-05"] },
  remediation: [
    "Bind a role that names what is needed; `admin`, bound within one namespace, is the widest that is right.",
  ],
  check: onResource(
    [
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ],
    ({ roleRef }, report) => {
      if (roleRef.name === "cluster-admin") report("roleRef names the administrator of the cluster");
    },
  ),
});
