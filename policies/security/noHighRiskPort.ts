import { onResource, rule } from "../rule.ts";
import { listSetting } from "../setting.ts";
import { type Ingress, openPorts } from "./ingress.ts";

/**
 * Those of EC2.19 in AWS Foundational Security Best Practices, without the two of remote administration, which have a rule of their own, and with
 * those of caches, logs and brokers.
 */
const closedPorts = listSetting({
  name: "closedPorts",
  description: "TCP ports that must not be open to the whole internet",
  initial:
    "20 21 23 25 110 135 143 445 1433 1434 2379 3000 3306 4333 5000 5432 5500 5601 6379 8080 8088 8888 9092 9200 9300 11211 27017".split(
      " ",
    ),
});

const exposes = (ingress: Ingress, closed: readonly string[]): boolean =>
  openPorts(ingress, closed.map(Number)).length > 0;

const fault = "opens ports of high risk to the whole internet";

interface Entry {
  readonly protocol: unknown;
  readonly fromPort: unknown;
  readonly toPort: unknown;
  readonly cidrBlocks?: readonly string[] | undefined;
  readonly ipv6CidrBlocks?: readonly string[] | undefined;
}

// Every property is picked by hand: a spread would read, and so need to know, all of them.
const ingressOf = (entry: Entry): Ingress => ({
  protocol: entry.protocol,
  fromPort: entry.fromPort,
  toPort: entry.toPort,
  ranges: () => [...(entry.cidrBlocks ?? []), ...(entry.ipv6CidrBlocks ?? [])],
});

export const noHighRiskPort = rule({
  name: "security-no-high-risk-port",
  description: "Ports of databases, caches, mail and unencrypted services must not be open to the whole internet.",
  reason:
    "What listens there was made for a network of friends: it is found within the hour, and much of it asks for no password unless it is told to.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EC2.19"], cis: ["5.1.2"], nist: ["PR.IR-01"] },
  remediation: [
    "Let in the security group of those who need it instead of a range.",
    "Put what players must reach behind a load balancer, on a port of its own.",
  ],
  settings: [closedPorts],
  check: [
    onResource("aws:ec2/securityGroup:SecurityGroup", (group, report, { each, setting, show }) => {
      each(group.ingress, (entry, index) => {
        if (exposes(ingressOf(entry), setting(closedPorts))) report(`${show(["ingress", index, "fromPort"])} ${fault}`);
      });
    }),
    onResource("aws:ec2/securityGroupRule:SecurityGroupRule", (entry, report, { setting, show }) => {
      if (entry.type === "ingress" && exposes(ingressOf(entry), setting(closedPorts)))
        report(`${show(["fromPort"])} ${fault}`);
    }),
    onResource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", (entry, report, { setting, show }) => {
      const { ipProtocol: protocol, fromPort, toPort } = entry;
      const ingress = { protocol, fromPort, toPort, ranges: () => [entry.cidrIpv4, entry.cidrIpv6] };
      if (exposes(ingress, setting(closedPorts))) report(`${show(["fromPort"])} ${fault}`);
    }),
  ],
});
