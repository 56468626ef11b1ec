import { onResource, rule } from "../rule.ts";

const http: readonly string[] = ["HTTP", "HTTPS"];

export const checkTargets = rule({
  name: "reliability-check-targets",
  description:
    "Targets of load balancers must be checked for their health, on a path of their own, and replaced by it.",
  reason:
    "The check that comes by itself asks for `/`, which a server answers long before it can take a player, or with a refusal. A group that goes by the machine's health keeps a machine whose server has died.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["AutoScaling.1"], nist: ["PR.IR-03"], wellArchitected: ["REL11-BP01"] },
  remediation: [
    "Set healthCheck.path to what says that the server is ready; set healthCheckType to ELB in the group of machines.",
  ],
  check: [
    onResource("aws:lb/targetGroup:TargetGroup", ({ healthCheck, protocol, targetType }, report) => {
      // The health of a function is that of its calls.
      if (targetType === "lambda") return;
      if (healthCheck?.enabled === false) report("healthCheck.enabled is false");
      else if (http.includes(healthCheck?.protocol ?? protocol ?? "") && !healthCheck?.path)
        report("healthCheck.path is not set");
    }),
    onResource("aws:autoscaling/group:Group", (group, report) => {
      const attached = [
        ...(group.targetGroupArns ?? []),
        ...(group.loadBalancers ?? []),
        ...(group.trafficSources ?? []),
      ];
      if (attached.length > 0 && group.healthCheckType !== "ELB") report("healthCheckType is not ELB");
    }),
  ],
});
