import { pathText } from "../propertyPath.ts";
import { rule } from "../rule.ts";
import { onPods } from "./pods.ts";

export const nameServiceAccounts = rule({
  name: "kubernetes-name-service-accounts",
  description: "Workloads must run under a service account of their own.",
  reason:
    "What is granted to the account `default` is granted to each pod of the namespace, also to those that come next year.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.AA-01"] },
  remediation: ["Make a ServiceAccount for the workload, and name it in serviceAccountName."],
  check: onPods(
    ({ spec, path }, report) => {
      const name = spec.serviceAccountName ?? spec.serviceAccount;
      if (name === undefined || name === "" || name === "default")
        report(`${pathText(path)} runs under the default service account`);
    },
    [
      "kubernetes:apps/v1:Deployment",
      "kubernetes:apps/v1:StatefulSet",
      "kubernetes:apps/v1:DaemonSet",
      "kubernetes:batch/v1:CronJob",
      "kubernetes:batch/v1:Job",
    ],
  ),
});
