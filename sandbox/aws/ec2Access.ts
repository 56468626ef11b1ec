import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, sameValue, text, UNKNOWN } from "../model/values.ts";
import { arn } from "./arn.ts";
import { isCidr6, parseCidr } from "./cidr.ts";
import { ec2 } from "./ec2Codes.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const VPC = "aws:ec2/vpc:Vpc";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

const port: PropertyRule = { min: -1, max: 65_535 };
const cidr4: PropertyRule = {
  check: (value) => (parseCidr(String(value)) === undefined ? `CIDR block ${String(value)} is malformed` : undefined),
};
const cidr6: PropertyRule = {
  check: (value) => (isCidr6(String(value)) ? undefined : `CIDR block ${String(value)} is malformed`),
};
const inlineRules: PropertyRule = {
  items: {
    properties: {
      fromPort: port,
      toPort: port,
      cidrBlocks: { unordered: true, items: cidr4 },
      ipv6CidrBlocks: { unordered: true, items: cidr6 },
      securityGroups: { unordered: true, items: { ref: { type: GROUP, code: "InvalidGroup.NotFound" } } },
    },
  },
};

const securityGroup: ResourceModel = {
  type: GROUP,
  service: ec2,
  codes: { notFound: "InvalidGroup.NotFound" },
  inputs: inputsOf(GROUP, {
    name: {
      immutable: true,
      maxLength: 255,
      check: (value) => (String(value).startsWith("sg-") ? "must not start with sg-" : undefined),
    },
    description: {
      immutable: true,
      default: "Managed by Pulumi",
      maxLength: 255,
      pattern: "^[a-zA-Z0-9. _\\-:/()#,@\\[\\]+=&;{}!$*]*$",
    },
    vpcId: { ref: { type: VPC, code: "InvalidVpcID.NotFound" } },
    ingress: inlineRules,
    egress: inlineRules,
  }),
  autoname: { property: "name", maxLength: 255 },
  unique: [{ by: ["vpcId", "name"], code: "InvalidGroup.Duplicate" }],
  refuse: ({ inputs }) =>
    inputs["vpcId"] === undefined
      ? { code: "VPCIdNotSpecified", message: "No default VPC for this user", property: "vpcId" }
      : undefined,
  refuseDelete: (group) =>
    group.companionOf === undefined
      ? undefined
      : { code: "CannotDelete", message: `the default group '${group.id}' cannot be deleted by a user` },
  // Rules are part of their group: they go with it.
  removes: (group, cloud) =>
    [...cloud.all(INGRESS), ...cloud.all(EGRESS)].filter(({ outputs }) => outputs["securityGroupId"] === group.id),
  id: ({ cloud }) => `sg-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `security-group/${id}`),
    ownerId: ({ place }) => place.account,
    ingress: () => [],
    egress: () => [],
    namePrefix: () => "",
  },
  seconds: { create: 1, delete: 1 },
};

const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

/** Adopts the group that came with a VPC: making it makes nothing, deleting it only forgets it. */
const defaultSecurityGroup: ResourceModel = {
  type: DEFAULT_GROUP,
  service: ec2,
  codes: { notFound: "InvalidGroup.NotFound" },
  inputs: inputsOf(DEFAULT_GROUP, {
    vpcId: { required: true, immutable: true, ref: { type: VPC, code: "InvalidVpcID.NotFound", holds: false } },
    ingress: inlineRules,
    egress: inlineRules,
  }),
  unique: [{ by: ["vpcId"], code: "InvalidGroup.Duplicate" }],
  id: ({ inputs, cloud }) => cloud.find(VPC, text(inputs, "vpcId") ?? "")?.outputs["defaultSecurityGroupId"] ?? "",
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `security-group/${id}`),
    name: () => "default",
    description: () => "default VPC security group",
    ownerId: ({ place }) => place.account,
    ingress: () => [],
    egress: () => [],
  },
};

const SOURCES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

function groupRule(type: string): ResourceModel {
  return {
    type,
    service: ec2,
    codes: { notFound: "InvalidSecurityGroupRuleId.NotFound" },
    inputs: inputsOf(type, {
      securityGroupId: { immutable: true, ref: { type: GROUP, code: "InvalidGroup.NotFound", holds: false } },
      referencedSecurityGroupId: { ref: { type: GROUP, code: "InvalidGroup.NotFound" } },
      // Create-only in AWS's schema; the provider modifies the rule in place.
      ipProtocol: {
        immutable: false,
        check: (value) => (/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/.test(String(value)) ? undefined : "is no protocol"),
      },
      cidrIpv4: { ...cidr4, immutable: false },
      cidrIpv6: { ...cidr6, immutable: false },
      prefixListId: { immutable: false },
      description: { immutable: false, maxLength: 255 },
      fromPort: { ...port, immutable: false },
      toPort: { ...port, immutable: false },
    }),
    check: (inputs) => [...wrongSource(inputs), ...wrongPorts(inputs)],
    refuse: (draft) => duplicate(type, draft),
    id: ({ cloud }) => `sgr-${cloud.random.hex(17)}`,
    outputs: {
      arn: ({ id, place }) => arn("ec2", place, `security-group-rule/${id}`),
      securityGroupRuleId: ({ id }) => id,
    },
  };
}

function wrongSource(inputs: Properties): readonly Problem[] {
  const given = SOURCES.filter((name) => inputs[name] !== undefined);
  if (given.length === 1) return [];
  const code = given.length === 0 ? "MissingParameter" : "InvalidParameterCombination";
  return [{ code, message: `exactly one of ${SOURCES.join(", ")} must be given`, property: given[0] ?? "cidrIpv4" }];
}

function wrongPorts(inputs: Properties): readonly Problem[] {
  const { ipProtocol, fromPort, toPort } = inputs;
  if (ipProtocol === UNKNOWN || fromPort === UNKNOWN || toPort === UNKNOWN) return [];
  const named = ["tcp", "udp", "6", "17"].includes(String(ipProtocol));
  if (named && (fromPort === undefined || toPort === undefined)) {
    return [{ code: "MissingParameter", message: `${ipProtocol} needs fromPort and toPort`, property: "fromPort" }];
  }
  if (!named || Number(fromPort) <= Number(toPort)) return [];
  const message = `Invalid TCP/UDP port range (${fromPort}:${toPort})`;
  return [{ code: "InvalidParameterValue", message, property: "fromPort" }];
}

function duplicate(type: string, { inputs, cloud, id }: Draft): Problem | undefined {
  const names = [...SOURCES, "securityGroupId", "ipProtocol", "fromPort", "toPort"];
  const twin = cloud.all(type).find((rule) => {
    return rule.id !== id && names.every((name) => sameValue(rule.outputs[name], inputs[name]));
  });
  if (twin === undefined) return undefined;
  return { code: "InvalidPermission.Duplicate", message: `the specified rule already exists as ${twin.id}` };
}

/** A template only names groups: AWS lets them be deleted, and refuses the instances later. */
const namedGroup: PropertyRule = { ref: { type: GROUP, code: "InvalidGroup.NotFound", holds: false } };

const launchTemplate: ResourceModel = {
  type: TEMPLATE,
  service: ec2,
  codes: { notFound: "InvalidLaunchTemplateId.NotFound" },
  inputs: inputsOf(TEMPLATE, {
    name: {
      minLength: 3,
      maxLength: 128,
      pattern: "^[a-zA-Z0-9().\\-/_]+$",
      code: "InvalidLaunchTemplateName.MalformedException",
    },
    imageId: { pattern: "^(ami-[0-9a-f]{8,17}|resolve:ssm:.+)$", code: "InvalidAMIID.Malformed" },
    instanceType: { pattern: "^[a-z][a-z0-9-]*\\.[a-z0-9-]+$" },
    userData: {
      code: "InvalidUserData.Malformed",
      check: (value) => (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(String(value)) ? undefined : "must be encoded in base 64"),
    },
    metadataOptions: {
      properties: {
        httpTokens: { enum: ["optional", "required"] },
        httpEndpoint: { enum: ["enabled", "disabled"] },
        httpPutResponseHopLimit: { min: 1, max: 64 },
      },
    },
    blockDeviceMappings: {
      items: {
        properties: {
          ebs: {
            properties: {
              volumeType: { enum: ["standard", "io1", "io2", "gp2", "gp3", "sc1", "st1"] },
              volumeSize: { min: 1, max: 65_536 },
            },
          },
        },
      },
    },
    networkInterfaces: {
      items: { properties: { securityGroups: { unordered: true, items: namedGroup } } },
    },
    vpcSecurityGroupIds: { unordered: true, items: namedGroup },
  }),
  autoname: { property: "name", maxLength: 125 },
  unique: [{ by: ["name"], code: "InvalidLaunchTemplateName.AlreadyExistsException" }],
  id: ({ cloud }) => `lt-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `launch-template/${id}`),
    latestVersion: {
      onWrite: ({ previous }) => Number(previous?.outputs["latestVersion"] ?? 0) + 1,
      exceptFor: ["tags", "tagsAll", "updateDefaultVersion", "defaultVersion"],
    },
    defaultVersion: {
      onWrite: ({ inputs, outputs, previous }) =>
        inputs["updateDefaultVersion"] === true
          ? (outputs["latestVersion"] ?? 1)
          : (previous?.outputs["defaultVersion"] ?? 1),
      exceptFor: ["tags", "tagsAll"],
    },
    namePrefix: () => "",
  },
  seconds: { create: 1 },
};

/** Who may reach what, and how machines start. */
export const ec2Access: readonly ResourceModel[] = [
  securityGroup,
  defaultSecurityGroup,
  groupRule(INGRESS),
  groupRule(EGRESS),
  launchTemplate,
];
