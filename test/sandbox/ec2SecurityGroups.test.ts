import { type ConformanceCase, conformance } from "./conformance.ts";
import { idOf, inVpc, network, tagged, VPC } from "./networkParts.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const cases: readonly ConformanceCase[] = [
  {
    type: GROUP,
    needs: inVpc,
    smallest: (made) => ({ vpcId: idOf(made, "vpc") }),
    id: /^sg-[0-9a-f]{17}$/,
    outputs: { arn: /:security-group\/sg-/, description: "Managed by Pulumi" },
    change: tagged,
    replace: { description: "lobby" },
    spoiled: [
      { name: "a name that looks like an id", with: { name: "sg-lobby" }, code: "InvalidParameterValue" },
      { name: "no VPC", with: { vpcId: null }, code: "VPCIdNotSpecified", at: "create" },
      {
        name: "an inline rule with a malformed network",
        with: { ingress: [{ protocol: "tcp", fromPort: 1, toPort: 2, cidrBlocks: ["10.0.0.0/33"] }] },
        code: "InvalidParameterValue",
        property: "ingress[0].cidrBlocks[0]",
      },
    ],
    dependant: {
      type: INGRESS,
      inputs: (group, made) => ({
        securityGroupId: text(made["vpc"]?.outputs["defaultSecurityGroupId"]),
        referencedSecurityGroupId: group.id,
        ipProtocol: "-1",
      }),
      code: "DependencyViolation",
    },
    taken: { code: "InvalidGroup.Duplicate" },
  },
  {
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    needs: async (workshop) => ({ ...(await inVpc(workshop)), other: await workshop.make(VPC, network) }),
    smallest: (made) => ({ vpcId: idOf(made, "vpc") }),
    id: /^sg-[0-9a-f]{17}$/,
    outputs: { name: /^default$/ },
    change: tagged,
    replace: (made) => ({ vpcId: idOf(made, "other") }),
    spoiled: [{ name: "an unknown VPC", with: { vpcId: "vpc-0" }, code: "InvalidVpcID.NotFound", at: "create" }],
    taken: { code: "InvalidGroup.Duplicate" },
  },
  ...[INGRESS, EGRESS].map(groupRule),
];

function groupRule(type: string): ConformanceCase {
  return {
    type,
    needs: inVpc,
    smallest: (made) => ({
      securityGroupId: text(made["vpc"]?.outputs["defaultSecurityGroupId"]),
      cidrIpv4: "10.0.0.0/8",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    }),
    id: /^sgr-[0-9a-f]{17}$/,
    outputs: { securityGroupRuleId: /^sgr-/ },
    change: { toPort: 444 },
    spoiled: [
      { name: "ports the wrong way round", with: { fromPort: 444 }, code: "InvalidParameterValue" },
      { name: "a port there is not", with: { toPort: 65_536 }, code: "InvalidParameterValue" },
      { name: "no ports", with: { fromPort: null }, code: "MissingParameter" },
      { name: "no source", with: { cidrIpv4: null }, code: "MissingParameter" },
      { name: "two sources", with: { cidrIpv6: "::/0" }, code: "InvalidParameterCombination", property: "cidrIpv4" },
      { name: "an unknown group", with: { securityGroupId: "sg-0" }, code: "InvalidGroup.NotFound", at: "create" },
    ],
    taken: { code: "InvalidPermission.Duplicate" },
  };
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("not a string");
  return value;
}

conformance(cases);
