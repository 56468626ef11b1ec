import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { isCidr6, parseCidr } from "./cidr.ts";
import { ec2 } from "./ec2Codes.ts";
import { TRANSIT_GATEWAY, VPC_ATTACHMENT } from "./ec2TransitTypes.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const TABLE = "aws:ec2/routeTable:RouteTable";
const ROUTE = "aws:ec2/route:Route";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";

const inVpc: PropertyRule = { ref: { type: VPC, code: "InvalidVpcID.NotFound" } };
const toNat: PropertyRule = {
  ref: { type: "aws:ec2/natGateway:NatGateway", code: "InvalidNatGatewayID.NotFound", holds: false },
};
/** `gatewayId` may also name a virtual private gateway, or `local`; only internet gateways are looked up. */
const toGateway: PropertyRule = {
  check: (value) => (/^(igw-|vgw-|cagw-|local$)/.test(String(value)) ? undefined : "must be the id of a gateway"),
};
const cidr4: PropertyRule = {
  check: (value) =>
    parseCidr(String(value)) === undefined ? `must be an IPv4 network, not '${String(value)}'` : undefined,
};
const cidr6: PropertyRule = {
  check: (value) => (isCidr6(String(value)) ? undefined : `must be an IPv6 network, not '${String(value)}'`),
};

const routeTable: ResourceModel = {
  type: TABLE,
  service: ec2,
  codes: { notFound: "InvalidRouteTableID.NotFound" },
  inputs: inputsOf(TABLE, {
    vpcId: inVpc,
    routes: {
      unordered: true,
      items: {
        properties: { cidrBlock: cidr4, ipv6CidrBlock: cidr6, natGatewayId: toNat, gatewayId: toGateway },
      },
    },
  }),
  id: ({ cloud }) => `rtb-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `route-table/${id}`),
    ownerId: ({ place }) => place.account,
    routes: () => [],
    propagatingVgws: () => [],
  },
  // Routes are part of their table: they go with it.
  removes: (table, cloud) => cloud.all(ROUTE).filter(({ outputs }) => outputs["routeTableId"] === table.id),
  seconds: { create: 1, delete: 1 },
};

const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];
const TARGETS = [
  "gatewayId",
  "natGatewayId",
  "vpcEndpointId",
  "networkInterfaceId",
  "transitGatewayId",
  "egressOnlyGatewayId",
  "vpcPeeringConnectionId",
  "carrierGatewayId",
  "localGatewayId",
  "coreNetworkArn",
  "odbNetworkArn",
];

const route: ResourceModel = {
  type: ROUTE,
  service: ec2,
  codes: { notFound: "InvalidRoute.NotFound" },
  inputs: inputsOf(ROUTE, {
    routeTableId: { ref: { type: TABLE, code: "InvalidRouteTableID.NotFound", holds: false } },
    destinationCidrBlock: cidr4,
    destinationIpv6CidrBlock: cidr6,
    natGatewayId: toNat,
    gatewayId: toGateway,
    vpcEndpointId: { ref: { type: ENDPOINT, code: "InvalidVpcEndpointId.NotFound", holds: false } },
    egressOnlyGatewayId: {
      ref: {
        type: "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        code: "InvalidGatewayID.NotFound",
        holds: false,
      },
    },
    transitGatewayId: { ref: { type: TRANSIT_GATEWAY, code: "InvalidTransitGatewayID.NotFound", holds: false } },
  }),
  unique: DESTINATIONS.map((destination) => ({ by: ["routeTableId", destination], code: "RouteAlreadyExists" })),
  check: (inputs) => [...exactlyOne(inputs, DESTINATIONS), ...exactlyOne(inputs, TARGETS)],
  refuse: (draft) => strangeGateway(draft) ?? unattachedTransit(draft),
  id: ({ inputs }) => `r-${text(inputs, "routeTableId")}-${text(inputs, given(inputs, DESTINATIONS)[0] ?? "")}`,
  outputs: { state: () => "active", origin: () => "CreateRoute", instanceId: () => "", instanceOwnerId: () => "" },
  importId: (imported) => `r-${imported.replace("_", "-")}`,
  seconds: { create: 1 },
};

function given(inputs: Properties, names: readonly string[]): readonly string[] {
  return names.filter((name) => inputs[name] !== undefined && inputs[name] !== "");
}

function exactlyOne(inputs: Properties, names: readonly string[]): readonly Problem[] {
  const present = given(inputs, names);
  if (present.length === 1) return [];
  const code = present.length === 0 ? "MissingParameter" : "InvalidParameterCombination";
  const message = `exactly one of ${names.join(", ")} must be given, not ${present.length}`;
  return [{ code, message, property: present[0] ?? names[0] ?? "" }];
}

function strangeGateway({ inputs, cloud }: Draft): Problem | undefined {
  const id = text(inputs, "gatewayId") ?? "";
  if (!id.startsWith("igw-")) return undefined;
  const gateway = cloud.find(GATEWAY, id);
  if (gateway === undefined)
    return { code: "InvalidGatewayID.NotFound", message: `the gateway ID '${id}' does not exist` };
  const table = cloud.find(TABLE, text(inputs, "routeTableId") ?? "");
  if (table?.outputs["vpcId"] === gateway.outputs["vpcId"]) return undefined;
  const message = `route table ${table?.id} and network gateway ${id} belong to different networks`;
  return { code: "InvalidParameterValue", message };
}

/** A network reaches a transit gateway from when it is attached. Source of the code: EC2 API reference, as CreateRoute answers it. */
function unattachedTransit({ inputs, cloud }: Draft): Problem | undefined {
  const gateway = text(inputs, "transitGatewayId");
  if (gateway === undefined) return undefined;
  const vpcId = cloud.find(TABLE, text(inputs, "routeTableId") ?? "")?.outputs["vpcId"];
  const attached = cloud
    .all(VPC_ATTACHMENT)
    .some(({ outputs }) => outputs["transitGatewayId"] === gateway && outputs["vpcId"] === vpcId);
  if (attached) return undefined;
  const message = `transit gateway ${gateway} is not attached to ${String(vpcId)}`;
  return { code: "InvalidTransitGatewayID.NotFound", message, property: "transitGatewayId" };
}

const association: ResourceModel = {
  type: ASSOCIATION,
  service: ec2,
  codes: { notFound: "InvalidAssociationID.NotFound" },
  inputs: inputsOf(ASSOCIATION, {
    // AWS replaces an association in place; only another subnet is another association.
    routeTableId: { immutable: false, ref: { type: TABLE, code: "InvalidRouteTableID.NotFound" } },
    subnetId: { ref: { type: SUBNET, code: "InvalidSubnetID.NotFound" } },
    gatewayId: { immutable: true },
  }),
  unique: [{ by: ["subnetId"], code: "Resource.AlreadyAssociated" }],
  check: (inputs) => exactlyOne(inputs, ["subnetId", "gatewayId"]),
  refuse: ({ inputs, cloud }) => {
    const subnet = cloud.find(SUBNET, text(inputs, "subnetId") ?? "");
    const table = cloud.find(TABLE, text(inputs, "routeTableId") ?? "");
    if (subnet === undefined || subnet.outputs["vpcId"] === table?.outputs["vpcId"]) return undefined;
    const message = `route table ${table?.id} and subnet ${subnet.id} belong to different networks`;
    return { code: "InvalidParameterValue", message };
  },
  id: ({ cloud }) => `rtbassoc-${cloud.random.hex(17)}`,
  importId: (imported, cloud) => {
    const [subnetId, tableId] = imported.split("/");
    const found = cloud.all(ASSOCIATION).find(({ outputs }) => {
      return outputs["subnetId"] === subnetId && outputs["routeTableId"] === tableId;
    });
    return found?.id ?? imported;
  },
  seconds: { create: 1 },
};

const vpcEndpoint: ResourceModel = {
  type: ENDPOINT,
  service: ec2,
  codes: { notFound: "InvalidVpcEndpointId.NotFound" },
  inputs: inputsOf(ENDPOINT, {
    vpcId: inVpc,
    // Create-only in AWS's schema, but the provider changes it in place.
    privateDnsEnabled: { immutable: false },
    policy: { json: true },
    routeTableIds: { items: { ref: { type: TABLE, code: "InvalidRouteTableId.NotFound", holds: false } } },
    subnetIds: { items: { ref: { type: SUBNET, code: "InvalidSubnetId.NotFound" } } },
    securityGroupIds: {
      items: { ref: { type: "aws:ec2/securityGroup:SecurityGroup", code: "InvalidGroup.NotFound" } },
    },
  }),
  check: (inputs) => {
    const name = text(inputs, "serviceName");
    const kind = text(inputs, "vpcEndpointType") ?? "Gateway";
    if (name === undefined) return [];
    const service = /^(?:com\.amazonaws|aws\.api)\.[a-z0-9-]+\.([\w.-]+)$/.exec(name)?.[1];
    const wrong = (code: string, message: string): readonly Problem[] => [{ code, message, property: "serviceName" }];
    if (service === undefined) return wrong("InvalidServiceName", `the Vpc Endpoint Service '${name}' does not exist`);
    if (kind !== "Gateway" || service === "s3" || service === "dynamodb") return [];
    return wrong("InvalidParameter", `Endpoint type (Gateway) does not match available service types of ${name}`);
  },
  refuse: ({ inputs, place }) => {
    const name = text(inputs, "serviceName") ?? "";
    const region = text(inputs, "serviceRegion") ?? place.region;
    if (!name.startsWith("com.amazonaws.") || name.split(".")[2] === region) return undefined;
    return { code: "InvalidServiceName", message: `the Vpc Endpoint Service '${name}' does not exist in ${region}` };
  },
  id: ({ cloud }) => `vpce-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `vpc-endpoint/${id}`),
    ownerId: ({ place }) => place.account,
    state: () => "available",
    requesterManaged: () => false,
    ipAddressType: () => "ipv4",
    serviceRegion: ({ place }) => place.region,
    prefixListId: ({ inputs, cloud }) => (inputs["vpcEndpointType"] === "Gateway" ? `pl-${cloud.random.hex(8)}` : ""),
    policy: () => JSON.stringify({ Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }] }),
    cidrBlocks: () => [],
    dnsEntries: ({ inputs, id }) =>
      inputs["vpcEndpointType"] === "Interface"
        ? [
            {
              dnsName: `${id}.${text(inputs, "serviceName")?.split(".").reverse().join(".")}`,
              hostedZoneId: "Z0SANDBOX",
            },
          ]
        : [],
    networkInterfaceIds: ({ inputs, cloud }) => {
      const subnets = inputs["subnetIds"];
      return Array.isArray(subnets) ? subnets.map(() => `eni-${cloud.random.hex(17)}`) : [];
    },
    routeTableIds: () => [],
    subnetIds: () => [],
    securityGroupIds: () => [],
  },
  seconds: { create: 60, update: 20, delete: 60 },
};

const LOGGED = ["vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId", "regionalNatGatewayId"];

const FLOW_FIELDS = ["version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "action"];

const flowLog: ResourceModel = {
  type: FLOW_LOG,
  service: ec2,
  codes: { notFound: "InvalidFlowLogId.NotFound" },
  inputs: inputsOf(FLOW_LOG, {
    vpcId: { immutable: true, ref: { type: VPC, code: "InvalidVpcId.NotFound", holds: false } },
    subnetId: { immutable: true, ref: { type: SUBNET, code: "InvalidSubnetId.NotFound", holds: false } },
    eniId: { immutable: true },
    iamRoleArn: {
      immutable: true,
      ref: { type: "aws:iam/role:Role", by: "arn", code: "InvalidParameter", holds: false },
    },
    maxAggregationInterval: { enum: [60, 600] },
  }),
  unique: [{ by: ["vpcId", "trafficType", "logDestination"], code: "FlowLogAlreadyExists" }],
  check: (inputs) => {
    const toLogs = (inputs["logDestinationType"] ?? "cloud-watch-logs") === "cloud-watch-logs";
    const needed = toLogs ? ["logDestination", "iamRoleArn"] : ["logDestination"];
    const missing = needed.filter((name) => inputs[name] === undefined);
    return [
      ...exactlyOne(inputs, LOGGED),
      ...missing.map((property) => ({
        code: "MissingParameter",
        message: `the request must contain ${property}`,
        property,
      })),
    ];
  },
  id: ({ cloud }) => `fl-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `vpc-flow-log/${id}`),
    logFormat: () => FLOW_FIELDS.map((field) => `\${${field}}`).join(" "),
  },
  seconds: { create: 1 },
};

/** Routes, endpoints and flow logs of Amazon VPC. */
export const ec2Routing: readonly ResourceModel[] = [routeTable, route, association, vpcEndpoint, flowLog];
