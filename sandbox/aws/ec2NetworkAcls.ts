import type { ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, type Properties } from "../model/values.ts";
import { arn } from "./arn.ts";
import { isCidr6, parseCidr } from "./cidr.ts";
import { ec2 } from "./ec2Codes.ts";

const ACL = "aws:ec2/networkAcl:NetworkAcl";

/** Source of the limits: EC2 API reference, CreateNetworkAclEntry. */
const entries: PropertyRule = {
  unordered: true,
  items: {
    properties: {
      ruleNo: { min: 1, max: 32_766 },
      action: { enum: ["allow", "deny"] },
      fromPort: { min: 0, max: 65_535 },
      toPort: { min: 0, max: 65_535 },
      cidrBlock: {
        check: (value) =>
          parseCidr(String(value)) === undefined ? `CIDR block ${String(value)} is malformed` : undefined,
      },
      ipv6CidrBlock: {
        check: (value) => (isCidr6(String(value)) ? undefined : `CIDR block ${String(value)} is malformed`),
      },
    },
  },
};

const networkAcl: ResourceModel = {
  type: ACL,
  service: ec2,
  codes: { notFound: "InvalidNetworkAclID.NotFound" },
  inputs: inputsOf(ACL, {
    vpcId: { ref: { type: "aws:ec2/vpc:Vpc", code: "InvalidVpcID.NotFound" } },
    ingress: entries,
    egress: entries,
    subnetIds: {
      unordered: true,
      // A subnet that goes leaves its ACL by itself.
      items: { ref: { type: "aws:ec2/subnet:Subnet", code: "InvalidSubnetID.NotFound", holds: false } },
    },
  }),
  check: (inputs) => ["ingress", "egress"].flatMap((side) => wrongEntries(inputs, side)),
  refuse: ({ inputs, cloud }) => {
    const subnets = cloud.all("aws:ec2/subnet:Subnet");
    const strange = list(inputs, "subnetIds").find(
      (id) => subnets.find((subnet) => subnet.id === id)?.outputs["vpcId"] !== inputs["vpcId"],
    );
    if (strange === undefined) return undefined;
    const message = `subnet ${String(strange)} and the network ACL belong to different networks`;
    return { code: "InvalidParameterValue", message, property: "subnetIds" };
  },
  id: ({ cloud }) => `acl-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `network-acl/${id}`),
    ownerId: ({ place }) => place.account,
    ingress: () => [],
    egress: () => [],
    subnetIds: () => [],
  },
  seconds: { create: 1, delete: 1 },
};

function wrongEntries(inputs: Properties, side: string): readonly Problem[] {
  const rules = list(inputs, side).filter(isProperties);
  const numbers = rules.map(({ ruleNo }) => ruleNo);
  const twice = numbers.find((number, place) => numbers.indexOf(number) < place);
  const refuse = (code: string, message: string): Problem => ({ code, message, property: side });
  return [
    ...(twice === undefined
      ? []
      : [
          refuse("NetworkAclEntryAlreadyExists", `the network acl entry identified by ${String(twice)} already exists`),
        ]),
    // The provider's own refusal, before the API is asked.
    ...(rules.some(({ protocol, fromPort, toPort }) => protocol === "-1" && (fromPort !== 0 || toPort !== 0))
      ? [refuse("InvalidParameterValue", "from_port and to_port must both be 0 to use the 'all' \"-1\" protocol")]
      : []),
    ...(rules.some((rule) => (rule["cidrBlock"] === undefined) === (rule["ipv6CidrBlock"] === undefined))
      ? [refuse("InvalidParameterCombination", "each entry must have exactly one of cidrBlock and ipv6CidrBlock")]
      : []),
  ];
}

/** Network ACLs of Amazon VPC. */
export const ec2NetworkAcls: readonly ResourceModel[] = [networkAcl];
