import { rule } from "../rule.ts";
import { onRoleRules } from "./roleRules.ts";

const reading = ["get", "list", "watch"];

export const noClusterWideSecrets = rule({
  name: "kubernetes-no-cluster-wide-secrets",
  description: "Roles over the whole cluster must not read secrets, but those they name.",
  reason: "The secrets of all namespaces together are the credentials of everything that runs in the cluster.",
  level: "advisory",
  severity: "high",
  controls: { nist: ["PR.AA-05"] },
  remediation: ["Grant it by a Role in the namespace concerned, or name the secrets in resourceNames."],
  check: onRoleRules(
    ({ resources = [], resourceNames = [], verbs = [] }, index, report) => {
      if (!resources.includes("secrets") || resourceNames.length > 0) return;
      if (reading.some((verb) => verbs.includes(verb)))
        report(`rules[${index}] reads what is sealed in every namespace`);
    },
    ["ClusterRole"],
  ),
});
