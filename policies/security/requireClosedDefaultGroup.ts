import { onWholeStack, rule } from "../rule.ts";
import { withoutCompanion } from "./companions.ts";

const group = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const network = "aws:ec2/vpc:Vpc";

export const requireClosedDefaultGroup = rule({
  name: "security-require-closed-default-group",
  description: "Each network must take its default security group into the program, to close it.",
  reason:
    "A new network's default group lets its members speak with each other and with the world. It exists whether a program names it or not, and nobody closes it otherwise.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EC2.2"], cis: ["5.5"], nist: ["PR.IR-01"] },
  remediation: ["Add a DefaultSecurityGroup for the network, without ingress and egress."],
  check: onWholeStack([network, group], (resources, report, { each }) => {
    each(withoutCompanion(resources, [network], { types: [group], property: "vpcId" }), (vpc) =>
      report([vpc], "no DefaultSecurityGroup closes the default group of this network"),
    );
  }),
});
