import { onResource, rule } from "../rule.ts";
import { numberSetting } from "../setting.ts";

/**
 * End of standard support by EKS: 1.32 in March 2026, 1.33 in July 2026, 1.34 in December 2026 (Amazon EKS User Guide, "Kubernetes release
 * calendar"). After it a cluster costs six times as much for a year, and is then upgraded by AWS.
 */
const oldestMinor = numberSetting(
  { name: "oldestMinor", description: "the oldest version of Kubernetes 1 that clusters may have", initial: 34 },
  { minimum: 20 },
);

export const supportedClusters = rule({
  name: "reliability-supported-clusters",
  description: "Clusters must be of a version of Kubernetes in standard support.",
  reason:
    "Past it faults are not mended, the hour costs six times as much, and one day the cloud upgrades by its own calendar.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["EKS.2"], nist: ["PR.PS-02"] },
  remediation: [
    "Upgrade minor by minor, the control plane first, then the nodes; run kubernetes-no-removed-versions before.",
  ],
  settings: [oldestMinor],
  check: onResource("aws:eks/cluster:Cluster", ({ version }, report, { setting, show }) => {
    const minor = Number(/^1\.(\d+)$/.exec(version ?? "")?.[1] ?? Number.NaN);
    // Without a version the cloud takes its newest.
    if (minor < setting(oldestMinor)) report(`${show(["version"])} is older than 1.${setting(oldestMinor)}`);
  }),
});
