import { onResource, rule } from "../rule.ts";
import { exposedManagementPorts } from "./ingress.ts";

const openTo = (ports: readonly string[]): string => `opens ${ports.join(" and ")} to the whole internet`;

/** Such a port is found by scanners within minutes. Sessions through the cloud's own manager need no open port at all. */
export const noOpenManagementPort = rule({
  name: "security-no-open-management-port",
  description: "Management ports must not be open to the whole internet.",
  level: "mandatory",
  severity: "critical",
  framework: { name: "AWS Foundational Security Best Practices", control: "EC2.53" },
  remediation: "Narrow the range to known networks, or use Session Manager, which needs no open port.",
  check: [
    onResource(
      ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
      (group, report, { each }) => {
        each(group.ingress, ({ protocol, fromPort, toPort, cidrBlocks = [], ipv6CidrBlocks = [] }, index) => {
          const ranges = [...cidrBlocks, ...ipv6CidrBlocks];
          const ports = exposedManagementPorts({ protocol, fromPort, toPort, ranges });
          if (ports.length > 0) report(`ingress[${index}] ${openTo(ports)}`);
        });
      },
    ),
    onResource("aws:ec2/securityGroupRule:SecurityGroupRule", (entry, report) => {
      if (entry.type !== "ingress") return;
      const { protocol, fromPort, toPort, cidrBlocks = [], ipv6CidrBlocks = [] } = entry;
      const ports = exposedManagementPorts({ protocol, fromPort, toPort, ranges: [...cidrBlocks, ...ipv6CidrBlocks] });
      if (ports.length > 0) report(`the rule ${openTo(ports)}`);
    }),
    onResource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", (entry, report) => {
      const { ipProtocol: protocol, fromPort, toPort, cidrIpv4, cidrIpv6 } = entry;
      const ports = exposedManagementPorts({ protocol, fromPort, toPort, ranges: [cidrIpv4, cidrIpv6] });
      if (ports.length > 0) report(`the rule ${openTo(ports)}`);
    }),
  ],
});
