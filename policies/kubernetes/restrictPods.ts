import { onResource, type Report, rule, type Subject } from "../rule.ts";
import { containerFaults, type PodSpec, podFaults } from "./restrictedProfile.ts";

const lists = ["initContainers", "containers", "ephemeralContainers"] as const;

const judgePod = (pod: PodSpec | undefined, path: string, report: Report, { each }: Subject): void => {
  if (pod === undefined) return;
  // The pod itself is one item, so that an unknown value in it does not hide the faults of its containers.
  each([podFaults], (faults) => {
    for (const fault of faults(pod)) report(`${path}: ${fault}`);
  });
  for (const list of lists) {
    each(pod[list], (container, index) => {
      for (const fault of containerFaults(container, pod)) report(`${path}.${list}[${index}]: ${fault}`);
    });
  }
};

export const restrictPods = rule({
  name: "kubernetes-restrict-pods",
  description: "Pods must meet the restricted profile of the Pod Security Standards.",
  reason:
    "The cluster's own admission refuses such a pod too, but only after the rest of the stack has been built around it.",
  level: "mandatory",
  severity: "high",
  controls: { pss: ["Restricted"] },
  remediation: [
    "Set runAsNonRoot, seccompProfile RuntimeDefault, allowPrivilegeEscalation false and drop ALL capabilities; use nothing of the host.",
  ],
  check: [
    onResource("kubernetes:core/v1:Pod", ({ spec }, report, subject) => judgePod(spec, "spec", report, subject)),
    onResource(
      [
        "kubernetes:apps/v1:Deployment",
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:apps/v1:DaemonSet",
        "kubernetes:apps/v1:ReplicaSet",
        "kubernetes:batch/v1:Job",
        "kubernetes:core/v1:ReplicationController",
      ],
      ({ spec }, report, subject) => judgePod(spec?.template?.spec, "spec.template.spec", report, subject),
    ),
    onResource("kubernetes:batch/v1:CronJob", ({ spec }, report, subject) =>
      judgePod(spec?.jobTemplate.spec?.template.spec, "spec.jobTemplate.spec.template.spec", report, subject),
    ),
  ],
});
