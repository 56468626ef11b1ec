import { onResource, rule } from "../rule.ts";
import { balancerTypes, isOfApplications } from "./balancers.ts";

export const requireStrictParsing = rule({
  name: "security-require-strict-parsing",
  description: "Load balancers of applications must drop malformed headers and doubtful requests.",
  reason:
    "Two servers that read one request differently can be made to answer a second one that nobody sent: request smuggling, by which one player takes over another's session.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["ELB.4", "ELB.12"], nist: ["PR.DS-02"] },
  remediation: ['Set dropInvalidHeaderFields to true, and leave desyncMitigationMode at "defensive".'],
  check: onResource(balancerTypes, (balancer, report, { each }) => {
    if (!isOfApplications(balancer)) return;
    each(["dropInvalidHeaderFields", "desyncMitigationMode"] as const, (property) => {
      if (property === "dropInvalidHeaderFields") {
        if (balancer.dropInvalidHeaderFields !== true) report(`${property} is not true`);
      } else if (balancer.desyncMitigationMode === "monitor") report(`${property} lets doubtful requests through`);
    });
  }),
});
