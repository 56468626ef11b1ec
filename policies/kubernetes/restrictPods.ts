import { pathText } from "../propertyPath.ts";
import { rule } from "../rule.ts";
import { onPods } from "./pods.ts";
import { containerFaults, podFaults } from "./restrictedProfile.ts";

const lists = ["initContainers", "containers", "ephemeralContainers"] as const;

/** One rule and not eighteen: the cluster admits a pod by the whole profile, and who exempts a pod exempts it there by one label. */
export const restrictPods = rule({
  name: "kubernetes-restrict-pods",
  description: "Pods must meet the restricted profile of the Pod Security Standards.",
  reason:
    "The cluster's own admission refuses such a pod too, but only after the rest of the stack has been built around it.",
  level: "mandatory",
  severity: "high",
  controls: {
    pss: [
      "Baseline: HostProcess",
      "Baseline: Host Namespaces",
      "Baseline: Privileged Containers",
      "Baseline: Capabilities",
      "Baseline: HostPath Volumes",
      "Baseline: Host Ports",
      "Baseline: Host Probes / Lifecycle Hooks",
      "Baseline: AppArmor",
      "Baseline: SELinux",
      "Baseline: /proc Mount Type",
      "Baseline: Seccomp",
      "Baseline: Sysctls",
      "Restricted: Volume Types",
      "Restricted: Privilege Escalation",
      "Restricted: Running as Non-root",
      "Restricted: Running as Non-root user",
      "Restricted: Seccomp",
      "Restricted: Capabilities",
    ],
    nist: ["PR.PS-01"],
  },
  remediation: [
    "Set runAsNonRoot, seccompProfile RuntimeDefault, allowPrivilegeEscalation false and drop ALL capabilities; use nothing of the host.",
  ],
  check: onPods(({ spec, path }, report, { each }) => {
    const place = pathText(path);
    // The pod itself is one item, so that an unknown value in it does not hide the faults of its containers.
    each([podFaults], (faults) => {
      for (const fault of faults(spec)) report(`${place}: ${fault}`);
    });
    for (const list of lists) {
      each(spec[list], (container, index) => {
        for (const fault of containerFaults(container, spec)) report(`${place}.${list}[${index}]: ${fault}`);
      });
    }
  }),
});
