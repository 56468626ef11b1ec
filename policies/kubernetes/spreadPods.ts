import { pathText } from "../propertyPath.ts";
import { onResource, rule } from "../rule.ts";
import { servingTypes } from "./pods.ts";

export const spreadPods = rule({
  name: "kubernetes-spread-pods",
  description: "In production pods that are several must say how they spread over nodes or zones.",
  reason: "Replicas on one node are one failure. The scheduler packs them there unless it is told otherwise.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"] },
  remediation: ["Set topologySpreadConstraints over zones (topology.kubernetes.io/zone), or podAntiAffinity."],
  check: onResource(servingTypes, ({ spec }, report, { context }) => {
    const pod = spec?.template?.spec;
    // A count that is left out is an autoscaler's.
    if (context.environment !== "production" || pod === undefined || (spec?.replicas ?? 2) < 2) return;
    if ((pod.topologySpreadConstraints ?? []).length > 0 || pod.affinity?.podAntiAffinity !== undefined) return;
    report(`${pathText(["spec", "template", "spec"])} has neither topologySpreadConstraints nor podAntiAffinity`);
  }),
});
