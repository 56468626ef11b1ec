import { onResource, rule } from "../rule.ts";
import { exposedManagementPorts, type Ingress } from "./ingress.ts";

const openTo = (ports: readonly string[]): string => `opens ${ports.join(" and ")} to the whole internet`;

type Ports = Omit<Ingress, "ranges">;

// Every property is picked by hand: a spread would read, and so need to know, all of them.
const portsOf = ({ protocol, fromPort, toPort }: Ports): Ports => ({ protocol, fromPort, toPort });

interface Ranges {
  readonly cidrBlocks?: readonly string[] | undefined;
  readonly ipv6CidrBlocks?: readonly string[] | undefined;
}

const rangesOf = ({ cidrBlocks = [], ipv6CidrBlocks = [] }: Ranges): readonly string[] => [
  ...cidrBlocks,
  ...ipv6CidrBlocks,
];

export const noOpenManagementPort = rule({
  name: "security-no-open-management-port",
  description: "Management ports must not be open to the whole internet.",
  reason:
    "Such a port is found by scanners within minutes. Sessions through the cloud's own manager need no open port at all.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["EC2.19"], cis: ["5.3", "5.4"] },
  remediation: ["Narrow the range to known networks, or use Session Manager, which needs no open port."],
  check: [
    onResource(
      ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
      (group, report, { each }) => {
        each(group.ingress, (entry, index) => {
          const ports = exposedManagementPorts({ ...portsOf(entry), ranges: () => rangesOf(entry) });
          if (ports.length > 0) report(`ingress[${index}] ${openTo(ports)}`);
        });
      },
    ),
    onResource("aws:ec2/securityGroupRule:SecurityGroupRule", (entry, report) => {
      if (entry.type !== "ingress") return;
      const ports = exposedManagementPorts({ ...portsOf(entry), ranges: () => rangesOf(entry) });
      if (ports.length > 0) report(`the rule ${openTo(ports)}`);
    }),
    onResource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", (entry, report) => {
      const { ipProtocol: protocol, fromPort, toPort } = entry;
      const ranges = () => [entry.cidrIpv4, entry.cidrIpv6];
      const ports = exposedManagementPorts({ protocol, fromPort, toPort, ranges });
      if (ports.length > 0) report(`the rule ${openTo(ports)}`);
    }),
  ],
});
