import { findTag } from "../cost/tags.ts";
import { onResource, rule } from "../rule.ts";
import { isMeantForPlayers } from "./publicAddresses.ts";

export const noAutomaticPublicAddress = rule({
  name: "security-no-automatic-public-address",
  description: "Subnets must not give each machine a public address by themselves.",
  reason:
    "Whoever starts a machine there makes it reachable without having said so. Load balancers and gateways take their addresses without it.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EC2.15"], nist: ["PR.IR-01"] },
  remediation: ["Set mapPublicIpOnLaunch to false, and let what needs a public address ask for it."],
  check: onResource("aws:ec2/subnet:Subnet", (subnet, report) => {
    if (subnet.mapPublicIpOnLaunch !== true) return;
    // The tier of public load balancers says so by the tag that Kubernetes finds it by.
    if (findTag(subnet, "kubernetes.io/role/elb") === undefined && !isMeantForPlayers(subnet))
      report("mapPublicIpOnLaunch is true");
  }),
});
