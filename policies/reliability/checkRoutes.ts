import { onResource, rule } from "../rule.ts";

export const checkRoutes = rule({
  name: "reliability-check-routes",
  description: "Records that choose among several places must know which of them are well.",
  reason: "A name that goes by weight or distance goes on sending players to a region that is down, unless it is told.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"], wellArchitected: ["REL11-BP02"] },
  remediation: ["Set healthCheckId; or evaluateTargetHealth of an alias."],
  check: onResource("aws:route53/record:Record", (record, report, { each }) => {
    const chooses = [
      ...(record.failoverRoutingPolicies ?? []),
      ...(record.weightedRoutingPolicies ?? []),
      ...(record.latencyRoutingPolicies ?? []),
      ...(record.geolocationRoutingPolicies ?? []),
    ];
    if (chooses.length === 0 && !record.multivalueAnswerRoutingPolicy) return;
    if (record.healthCheckId) return;
    if (record.aliases === undefined) return report("healthCheckId is not set");
    each(record.aliases, ({ evaluateTargetHealth }, index) => {
      if (evaluateTargetHealth !== true) report(`aliases[${index}].evaluateTargetHealth is not true`);
    });
  }),
});
