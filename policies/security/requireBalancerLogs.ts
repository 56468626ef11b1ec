import { onResource, rule } from "../rule.ts";
import { balancerTypes, isOfApplications } from "./balancers.ts";

export const requireBalancerLogs = rule({
  name: "security-require-balancer-logs",
  description: "Load balancers of applications must write down who asked for what.",
  reason: "They see each request before anything of yours does: in an attack theirs is the only complete record.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["ELB.5"], nist: ["PR.PS-04"] },
  remediation: ["Set accessLogs with enabled true and a bucket for logs."],
  check: onResource(balancerTypes, (balancer, report) => {
    if (isOfApplications(balancer) && balancer.accessLogs?.enabled !== true) report("accessLogs.enabled is not true");
  }),
});
