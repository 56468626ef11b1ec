import { onResource, rule } from "../rule.ts";
import { exposedManagementPorts } from "./ingress.ts";

interface Entry {
  readonly action?: unknown;
  readonly ruleNo?: unknown;
  readonly protocol?: unknown;
  readonly fromPort?: unknown;
  readonly toPort?: unknown;
  readonly cidrBlock?: unknown;
  readonly ipv6CidrBlock?: unknown;
}

const exposed = (entry: Entry): readonly string[] =>
  exposedManagementPorts({
    protocol: entry.protocol,
    fromPort: entry.fromPort,
    toPort: entry.toPort,
    ranges: () => [entry.cidrBlock, entry.ipv6CidrBlock],
  });

/** The first entry that fits decides: ports that an earlier one denies to the world are not open by a later one. */
function opened(entries: readonly Entry[]): readonly string[] {
  const denied = new Set<string>();
  const open = new Set<string>();
  for (const entry of entries.toSorted((left, right) => Number(left.ruleNo) - Number(right.ruleNo))) {
    const ports = exposed(entry).filter((port) => !denied.has(port));
    for (const port of ports) (entry.action === "allow" ? open : denied).add(port);
  }
  return [...open];
}

const message = (ports: readonly string[]): string => `${ports.join(" and ")} may come in from the whole internet`;

export const noOpenNetworkAcl = rule({
  name: "security-no-open-network-acl",
  description: "Network access lists must not let the whole internet in to management ports.",
  reason:
    "The list is the second fence, for the day on which somebody opens a security group. A list that lets everything in is none.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EC2.21"], cis: ["5.2"], nist: ["PR.IR-01"] },
  remediation: ["Deny ports 22 and 3389 before what lets the world in, or let in the ranges that are needed alone."],
  check: [
    onResource(
      ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"],
      ({ ingress }, report) => {
        const ports = opened(ingress ?? []);
        if (ports.length > 0) report(`ingress: ${message(ports)}`);
      },
    ),
    onResource("aws:ec2/networkAclRule:NetworkAclRule", (entry, report) => {
      if (entry.egress === true || entry.ruleAction.toLowerCase() !== "allow") return;
      const ports = exposed(entry);
      if (ports.length > 0) report(`the rule: ${message(ports)}`);
    }),
  ],
});
