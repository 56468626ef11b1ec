import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { address, contains, contains6, overlaps, parseCidr, size } from "./cidr.ts";
import { ec2Access } from "./ec2Access.ts";
import { ec2 } from "./ec2Codes.ts";
import { ec2NetworkAcls } from "./ec2NetworkAcls.ts";
import { ec2Routing } from "./ec2Routing.ts";
import { ec2Transit } from "./ec2Transit.ts";
import { zonesOf } from "./regions.ts";

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
const GATEWAY = "aws:ec2/internetGateway:InternetGateway";

/** AWS takes networks and subnets from /16 to /28. */
function block(code: string): PropertyRule {
  return {
    code,
    check: (value) => {
      const cidr = parseCidr(String(value));
      if (cidr === undefined) return `must be an IPv4 network such as 10.0.0.0/16, not '${String(value)}'`;
      return cidr.prefix < 16 || cidr.prefix > 28
        ? `must have a prefix from /16 to /28, not /${cidr.prefix}`
        : undefined;
    },
  };
}

const vpcInputs = inputsOf(VPC, { cidrBlock: block("InvalidVpc.Range") });

/** The IPv6 block comes and goes with this input, and with nothing else. */
const GENERATED = "assignGeneratedIpv6CidrBlock";
const besidesIpv6 = [...Object.keys(vpcInputs), "tagsAll"].filter((name) => name !== GENERATED);

const vpc: ResourceModel = {
  type: VPC,
  service: ec2,
  codes: { notFound: "InvalidVpcID.NotFound" },
  inputs: vpcInputs,
  check: (inputs) => {
    if (inputs["cidrBlock"] !== undefined || inputs["ipv4IpamPoolId"] !== undefined) return [];
    return [
      { code: "MissingParameter", message: "either cidrBlock or ipv4IpamPoolId is needed", property: "cidrBlock" },
    ];
  },
  id: ({ cloud }) => `vpc-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `vpc/${id}`),
    ownerId: ({ place }) => place.account,
    mainRouteTableId: ({ cloud }) => `rtb-${cloud.random.hex(17)}`,
    defaultRouteTableId: ({ outputs }) => outputs["mainRouteTableId"] ?? "",
    defaultSecurityGroupId: ({ cloud }) => `sg-${cloud.random.hex(17)}`,
    defaultNetworkAclId: ({ cloud }) => `acl-${cloud.random.hex(17)}`,
    dhcpOptionsId: ({ cloud }) => `dopt-${cloud.random.hex(17)}`,
    ipv6CidrBlock: {
      // Digits without zeros in front: in the form of RFC 5952, as AWS writes them.
      onWrite: ({ inputs, cloud }) =>
        inputs[GENERATED] === true
          ? `2001:db8:${cloud.random.integer(4096, 65535).toString(16)}:${cloud.random.integer(16, 255).toString(16)}00::/56`
          : "",
      exceptFor: besidesIpv6,
    },
    ipv6AssociationId: {
      onWrite: ({ outputs, cloud }) =>
        outputs["ipv6CidrBlock"] === "" ? "" : `vpc-cidr-assoc-${cloud.random.hex(17)}`,
      exceptFor: besidesIpv6,
    },
  },
  refuse: ({ inputs, previous, cloud }) => {
    if (previous?.outputs[GENERATED] !== true || inputs[GENERATED] === true) return undefined;
    const user = cloud
      .all(SUBNET)
      .find(({ outputs }) => outputs["vpcId"] === previous.id && (text(outputs, "ipv6CidrBlock") ?? "") !== "");
    if (user === undefined) return undefined;
    const message = `the IPv6 CIDR block of ${previous.id} is used by ${user.id}: take it from its subnets first`;
    return { code: "InvalidCidrBlock.InUse", message, property: GENERATED };
  },
  companions: (draft) => [
    {
      type: "aws:ec2/securityGroup:SecurityGroup",
      id: text(draft.outputs, "defaultSecurityGroupId") ?? "",
      inputs: { name: "default", description: "default VPC security group", vpcId: draft.id },
      outputs: { name: "default", description: "default VPC security group", vpcId: draft.id },
    },
    {
      type: "aws:ec2/routeTable:RouteTable",
      id: text(draft.outputs, "mainRouteTableId") ?? "",
      inputs: { vpcId: draft.id },
      outputs: { vpcId: draft.id },
    },
  ],
  removes: (network, cloud) =>
    cloud
      .all("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
      .filter(({ outputs }) => outputs["vpcId"] === network.id),
  seconds: { create: 3, delete: 1 },
};

const subnet: ResourceModel = {
  type: SUBNET,
  service: ec2,
  codes: { notFound: "InvalidSubnetID.NotFound" },
  inputs: inputsOf(SUBNET, {
    vpcId: { ref: { type: VPC, code: "InvalidVpcID.NotFound" } },
    cidrBlock: block("InvalidSubnet.Range"),
  }),
  check: (inputs) => {
    if (inputs["cidrBlock"] !== undefined || inputs["ipv6Native"] === true || inputs["ipv4IpamPoolId"] !== undefined) {
      return [];
    }
    return [{ code: "MissingParameter", message: "the request must contain cidrBlock", property: "cidrBlock" }];
  },
  refuse: (draft) => wrongZone(draft) ?? wrongRange(draft) ?? wrongRange6(draft),
  id: ({ cloud }) => `subnet-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `subnet/${id}`),
    ownerId: ({ place }) => place.account,
    availabilityZone: ({ inputs, place }) => {
      const zones = zonesOf(place.region);
      const chosen = zones.find(({ id }) => id === text(inputs, "availabilityZoneId")) ?? zones[0];
      return chosen?.name ?? "";
    },
    availabilityZoneId: ({ outputs, place }) =>
      zonesOf(place.region).find(({ name }) => name === outputs["availabilityZone"])?.id ?? "",
    ipv6CidrBlock: () => "",
    ipv6CidrBlockAssociationId: () => "",
    privateDnsHostnameTypeOnLaunch: () => "ip-name",
  },
  seconds: { create: 2, delete: 1 },
};

function wrongZone({ inputs, place }: Draft): Problem | undefined {
  const zone = text(inputs, "availabilityZone");
  const zones = zonesOf(place.region).map(({ name }) => name);
  if (zone === undefined || zones.includes(zone)) return undefined;
  const message = `'${zone}' is not a zone of ${place.region}: use one of ${zones.join(", ")}`;
  return { code: "InvalidParameterValue", message, property: "availabilityZone" };
}

function wrongRange({ inputs, cloud, id }: Draft): Problem | undefined {
  const text_ = text(inputs, "cidrBlock") ?? "";
  const cidr = parseCidr(text_);
  const vpcId = text(inputs, "vpcId") ?? "";
  const around = parseCidr(text(cloud.find(VPC, vpcId)?.outputs ?? {}, "cidrBlock") ?? "");
  if (cidr === undefined) return undefined;
  if (around !== undefined && !contains(around, cidr)) {
    return { code: "InvalidSubnet.Range", message: `the CIDR '${text_}' is invalid: it is not within ${vpcId}` };
  }
  const other = cloud.all(SUBNET).find((candidate) => {
    const its = parseCidr(text(candidate.outputs, "cidrBlock") ?? "");
    return candidate.id !== id && candidate.outputs["vpcId"] === vpcId && its !== undefined && overlaps(cidr, its);
  });
  if (other === undefined) return undefined;
  return { code: "InvalidSubnet.Conflict", message: `the CIDR '${text_}' conflicts with the subnet ${other.id}` };
}

function wrongRange6({ inputs, cloud, id }: Draft): Problem | undefined {
  const block = text(inputs, "ipv6CidrBlock") ?? "";
  const vpcId = text(inputs, "vpcId") ?? "";
  if (block === "") return undefined;
  const around = text(cloud.find(VPC, vpcId)?.outputs ?? {}, "ipv6CidrBlock") ?? "";
  if (!contains6(around, block)) {
    const message = `the IPv6 CIDR '${block}' is invalid: it is not within ${vpcId}`;
    return { code: "InvalidSubnet.Range", message, property: "ipv6CidrBlock" };
  }
  const other = cloud
    .all(SUBNET)
    .find((each) => each.id !== id && each.outputs["vpcId"] === vpcId && each.outputs["ipv6CidrBlock"] === block);
  if (other === undefined) return undefined;
  return { code: "InvalidSubnet.Conflict", message: `the IPv6 CIDR '${block}' conflicts with the subnet ${other.id}` };
}

const internetGateway: ResourceModel = {
  type: GATEWAY,
  service: ec2,
  codes: { notFound: "InvalidInternetGatewayID.NotFound" },
  inputs: inputsOf(GATEWAY, { vpcId: { ref: { type: VPC, code: "InvalidVpcID.NotFound" } } }),
  unique: [{ by: ["vpcId"], code: "Resource.AlreadyAssociated" }],
  id: ({ cloud }) => `igw-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `internet-gateway/${id}`),
    ownerId: ({ place }) => place.account,
  },
  seconds: { create: 1, delete: 5 },
};

const EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway";

const egressOnlyGateway: ResourceModel = {
  type: EGRESS_ONLY,
  service: ec2,
  codes: { notFound: "InvalidGatewayID.NotFound" },
  inputs: inputsOf(EGRESS_ONLY, { vpcId: { ref: { type: VPC, code: "InvalidVpcID.NotFound" } } }),
  id: ({ cloud }) => `eigw-${cloud.random.hex(17)}`,
  seconds: { create: 1, delete: 1 },
};

const EIP = "aws:ec2/eip:Eip";

const eip: ResourceModel = {
  type: EIP,
  service: ec2,
  codes: { notFound: "InvalidAllocationID.NotFound", inUse: "InvalidIPAddress.InUse" },
  inputs: inputsOf(EIP, { domain: { enum: ["vpc"], immutable: true } }),
  id: ({ cloud }) => `eipalloc-${cloud.random.hex(17)}`,
  outputs: {
    allocationId: ({ id }) => id,
    arn: ({ id, place }) => arn("ec2", place, `elastic-ip/${id}`),
    domain: () => "vpc",
    // 198.18.0.0/15 is set apart for tests (RFC 2544): no address of the sandbox is anybody's.
    publicIp: ({ cloud }) => address({ first: 0xc6120000, prefix: 15 }, cloud.random.integer(1, size(15) - 2)),
    publicDns: ({ outputs, place }) =>
      `ec2-${(text(outputs, "publicIp") ?? "").replaceAll(".", "-")}.${place.region}.compute.amazonaws.com`,
    publicIpv4Pool: () => "amazon",
    networkBorderGroup: ({ place }) => place.region,
    instance: () => "",
    networkInterface: () => "",
  },
  seconds: { create: 1 },
};

const NAT = "aws:ec2/natGateway:NatGateway";

const natGateway: ResourceModel = {
  type: NAT,
  service: ec2,
  codes: { notFound: "NatGatewayNotFound" },
  inputs: inputsOf(NAT, {
    subnetId: { ref: { type: SUBNET, code: "InvalidSubnetID.NotFound" } },
    allocationId: { ref: { type: EIP, code: "InvalidAllocationID.NotFound" } },
  }),
  unique: [{ by: ["allocationId"], code: "Resource.AlreadyAssociated" }],
  check: (inputs) => {
    const zonal = (inputs["availabilityMode"] ?? "zonal") === "zonal";
    const open = (inputs["connectivityType"] ?? "public") === "public";
    const needed = [...(zonal ? ["subnetId"] : []), ...(zonal && open ? ["allocationId"] : [])];
    return needed
      .filter((name) => inputs[name] === undefined)
      .map((property) => ({ code: "MissingParameter", message: `the request must contain ${property}`, property }));
  },
  refuse: ({ inputs, cloud }) => {
    const vpcId = cloud.find(SUBNET, text(inputs, "subnetId") ?? "")?.outputs["vpcId"];
    const open = inputs["connectivityType"] === "public" && inputs["subnetId"] !== undefined;
    if (!open || cloud.all(GATEWAY).some(({ outputs }) => outputs["vpcId"] === vpcId)) return undefined;
    return { code: "Gateway.NotAttached", message: `network ${String(vpcId)} has no internet gateway attached` };
  },
  id: ({ cloud }) => `nat-${cloud.random.hex(17)}`,
  outputs: {
    vpcId: ({ inputs, cloud }) => cloud.find(SUBNET, text(inputs, "subnetId") ?? "")?.outputs["vpcId"] ?? "",
    publicIp: ({ inputs, cloud }) => cloud.find(EIP, text(inputs, "allocationId") ?? "")?.outputs["publicIp"] ?? "",
    privateIp: ({ inputs, cloud }) => {
      const cidr = parseCidr(
        text(cloud.find(SUBNET, text(inputs, "subnetId") ?? "")?.outputs ?? {}, "cidrBlock") ?? "",
      );
      // AWS keeps the first four addresses and the last one of each subnet for itself.
      return cidr === undefined ? "" : address(cidr, cloud.random.integer(4, size(cidr.prefix) - 2));
    },
    networkInterfaceId: ({ cloud }) => `eni-${cloud.random.hex(17)}`,
    associationId: ({ inputs, cloud }) =>
      inputs["allocationId"] === undefined ? "" : `eipassoc-${cloud.random.hex(17)}`,
    secondaryAllocationIds: () => [],
    secondaryPrivateIpAddresses: () => [],
    secondaryPrivateIpAddressCount: () => 0,
  },
  seconds: { create: 110, delete: 60 },
};

/** Amazon VPC: networks and what is in them. */
export const ec2Network: readonly ResourceModel[] = [
  vpc,
  subnet,
  internetGateway,
  egressOnlyGateway,
  eip,
  natGateway,
  ...ec2Routing,
  ...ec2Access,
  ...ec2NetworkAcls,
  ...ec2Transit,
];
