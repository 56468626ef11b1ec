import { onResource, rule } from "../rule.ts";

export const rollBackServices = rule({
  name: "reliability-roll-back-services",
  description: "Services of containers must go back by themselves from a release that does not start.",
  reason:
    "Without it a release that crashes is started again for hours, while the tasks of the old one are taken away.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.IR-03"], wellArchitected: ["REL08-BP05"] },
  remediation: ["Set deploymentCircuitBreaker.enable and .rollback to true."],
  check: onResource("aws:ecs/service:Service", ({ deploymentCircuitBreaker, deploymentController }, report) => {
    // Blue and green by CodeDeploy, and controllers of one's own, go back in their own ways.
    if (deploymentController !== undefined && deploymentController.type !== "ECS") return;
    if (deploymentCircuitBreaker?.enable !== true || deploymentCircuitBreaker.rollback !== true)
      report("deploymentCircuitBreaker does not roll back");
  }),
});
