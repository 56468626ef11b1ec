import { onResource, rule } from "../rule.ts";

export const closeDefaultSecurityGroup = rule({
  name: "security-close-default-security-group",
  description: "The default security group of a network must let nothing in and nothing out.",
  reason:
    "It is what a machine gets when nobody names a group. With rules in it a mistake works and stays; without rules it does not work, and is mended.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EC2.2"], cis: ["5.5"], nist: ["PR.IR-01"] },
  remediation: [
    "Take ingress and egress out of the default group, and name a group of their own for those that used it.",
  ],
  check: onResource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", (group, report, { each }) => {
    each(["ingress", "egress"] as const, (direction) => {
      if ((group[direction] ?? []).length > 0) report(`${direction} of the default group is not empty`);
    });
  }),
});
