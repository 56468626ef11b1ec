import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule, Reference } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { list, text, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { isCidr6, parseCidr } from "./cidr.ts";
import { ec2 } from "./ec2Codes.ts";
import { TRANSIT_GATEWAY, VPC_ATTACHMENT } from "./ec2TransitTypes.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const TABLE = "aws:ec2transitgateway/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation";
const PROPAGATION = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation";
const ROUTE = "aws:ec2transitgateway/route:Route";
const PEERING = "aws:ec2transitgateway/peeringAttachment:PeeringAttachment";
const ACCEPTER = "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter";

const NO_GATEWAY = "InvalidTransitGatewayID.NotFound";
const NO_ATTACHMENT = "InvalidTransitGatewayAttachmentID.NotFound";
const NO_TABLE = "InvalidRouteTableID.NotFound";

/** `enable` or `disable`; `initial` is what the API takes when nothing is said. Source: EC2 API reference, TransitGatewayRequestOptions. */
const toggle = (initial: "enable" | "disable"): PropertyRule => ({ enum: ["disable", "enable"], default: initial });
const ofGateway: PropertyRule = { ref: { type: TRANSIT_GATEWAY, code: NO_GATEWAY } };

const gateway: ResourceModel = {
  type: TRANSIT_GATEWAY,
  service: ec2,
  // What the API answers to DeleteTransitGateway while attachments stand.
  codes: { notFound: NO_GATEWAY, inUse: "IncorrectState" },
  inputs: inputsOf(TRANSIT_GATEWAY, {
    // Create-only in AWS's schema, but the provider changes it in place.
    amazonSideAsn: {
      immutable: false,
      default: 64512,
      check: (value) => {
        const number = Number(value);
        const isPrivate = (number >= 64512 && number <= 65534) || (number >= 4200000000 && number <= 4294967294);
        return isPrivate
          ? undefined
          : `must be a private ASN, 64512 to 65534 or 4200000000 to 4294967294, not ${number}`;
      },
    },
    autoAcceptSharedAttachments: toggle("disable"),
    defaultRouteTableAssociation: toggle("enable"),
    defaultRouteTablePropagation: toggle("enable"),
    dnsSupport: toggle("enable"),
    multicastSupport: toggle("disable"),
    securityGroupReferencingSupport: toggle("disable"),
    vpnEcmpSupport: toggle("enable"),
    transitGatewayCidrBlocks: { unordered: true },
  }),
  id: ({ cloud }) => `tgw-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `transit-gateway/${id}`),
    ownerId: ({ place }) => place.account,
    encryptionSupport: () => "disable",
    associationDefaultRouteTableId: ({ inputs, cloud }) => defaultTable(inputs["defaultRouteTableAssociation"], cloud),
    propagationDefaultRouteTableId: ({ inputs, outputs, cloud }) =>
      inputs["defaultRouteTablePropagation"] === "disable"
        ? ""
        : outputs["associationDefaultRouteTableId"] || defaultTable("enable", cloud),
  },
  seconds: { create: 120, update: 30, delete: 60 },
};

function defaultTable(wanted: Value | undefined, cloud: CloudView): string {
  return wanted === "disable" ? "" : `tgw-rtb-${cloud.random.hex(17)}`;
}

const vpcAttachment: ResourceModel = {
  type: VPC_ATTACHMENT,
  service: ec2,
  codes: { notFound: NO_ATTACHMENT, inUse: "IncorrectState" },
  inputs: inputsOf(VPC_ATTACHMENT, {
    transitGatewayId: ofGateway,
    vpcId: { ref: { type: VPC, code: "InvalidVpcID.NotFound" } },
    subnetIds: { minItems: 1, items: { ref: { type: SUBNET, code: "InvalidSubnetID.NotFound" } } },
    applianceModeSupport: toggle("disable"),
    dnsSupport: toggle("enable"),
    ipv6Support: toggle("disable"),
  }),
  unique: [{ by: ["transitGatewayId", "vpcId"], code: "DuplicateTransitGatewayAttachment" }],
  refuse: wrongSubnets,
  id: ({ cloud }) => `tgw-attach-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `transit-gateway-attachment/${id}`),
    vpcOwnerId: ({ place }) => place.account,
    securityGroupReferencingSupport: () => "enable",
    transitGatewayDefaultRouteTableAssociation: () => true,
    transitGatewayDefaultRouteTablePropagation: () => true,
  },
  seconds: { create: 60, update: 60, delete: 60 },
};

function wrongSubnets({ inputs, cloud }: Draft): Problem | undefined {
  const subnets = list(inputs, "subnetIds").flatMap((id) => cloud.find(SUBNET, String(id)) ?? []);
  const strange = subnets.find(({ outputs }) => outputs["vpcId"] !== inputs["vpcId"]);
  const refuse = (code: string, message: string): Problem => ({ code, message, property: "subnetIds" });
  if (strange !== undefined) {
    return refuse("InvalidParameterValue", `subnet ${strange.id} is not one of ${String(inputs["vpcId"])}`);
  }
  const zones = subnets.map(({ outputs }) => outputs["availabilityZone"]);
  if (new Set(zones).size === zones.length) return undefined;
  return refuse("DuplicateSubnetsInSameZone", "duplicate subnets for the same availability zone");
}

const table: ResourceModel = {
  type: TABLE,
  service: ec2,
  codes: { notFound: NO_TABLE, inUse: "IncorrectState" },
  inputs: inputsOf(TABLE, { transitGatewayId: ofGateway }),
  id: ({ cloud }) => `tgw-rtb-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `transit-gateway-route-table/${id}`),
    defaultAssociationRouteTable: () => false,
    defaultPropagationRouteTable: () => false,
  },
  seconds: { create: 30, delete: 30 },
};

const anyAttachment: Reference = { type: [VPC_ATTACHMENT, PEERING, ACCEPTER], code: NO_ATTACHMENT, holds: false };
const inTable: PropertyRule = { ref: { type: TABLE, code: NO_TABLE } };

/** Until the other side has answered, nothing can be routed over a peering. */
function unanswered({ inputs, cloud }: Draft): Problem | undefined {
  const id = text(inputs, "transitGatewayAttachmentId") ?? "";
  const peering = cloud.find(PEERING, id);
  if (peering === undefined) return undefined;
  if (cloud.everywhere(ACCEPTER).some((half) => half.id === id)) return undefined;
  return {
    code: "IncorrectState",
    message: `${id} is in invalid state: pendingAcceptance`,
    property: "transitGatewayAttachmentId",
  };
}

/** Whose traffic an attachment carries: the network, or the other gateway. */
function behind({ inputs, cloud }: Draft): { readonly id: string; readonly kind: string } {
  const id = text(inputs, "transitGatewayAttachmentId") ?? "";
  const network = cloud.find(VPC_ATTACHMENT, id);
  if (network !== undefined) return { id: text(network.outputs, "vpcId") ?? "", kind: "vpc" };
  const peering = cloud.find(PEERING, id) ?? cloud.find(ACCEPTER, id);
  return { id: text(peering?.outputs ?? {}, "peerTransitGatewayId") ?? "", kind: "peering" };
}

const association: ResourceModel = {
  type: ASSOCIATION,
  service: ec2,
  inputs: inputsOf(ASSOCIATION, {
    transitGatewayAttachmentId: { ref: anyAttachment },
    transitGatewayRouteTableId: inTable,
  }),
  // An attachment is associated with one table.
  unique: [{ by: ["transitGatewayAttachmentId"], code: "Resource.AlreadyAssociated" }],
  refuse: unanswered,
  id: ({ inputs }) => `${text(inputs, "transitGatewayRouteTableId")}_${text(inputs, "transitGatewayAttachmentId")}`,
  outputs: { resourceId: (draft) => behind(draft).id, resourceType: (draft) => behind(draft).kind },
  seconds: { create: 20, delete: 20 },
};

const propagation: ResourceModel = {
  type: PROPAGATION,
  service: ec2,
  inputs: inputsOf(PROPAGATION, {
    // Routes of a peering are not propagated (Amazon VPC transit gateways guide, "Transit gateway peering attachments").
    transitGatewayAttachmentId: { ref: { type: VPC_ATTACHMENT, code: NO_ATTACHMENT, holds: false } },
    transitGatewayRouteTableId: inTable,
  }),
  unique: [
    {
      by: ["transitGatewayAttachmentId", "transitGatewayRouteTableId"],
      code: "TransitGatewayRouteTablePropagation.Duplicate",
    },
  ],
  id: ({ inputs }) => `${text(inputs, "transitGatewayRouteTableId")}_${text(inputs, "transitGatewayAttachmentId")}`,
  outputs: { resourceId: (draft) => behind(draft).id, resourceType: (draft) => behind(draft).kind },
  seconds: { create: 20, delete: 20 },
};

const route: ResourceModel = {
  type: ROUTE,
  service: ec2,
  codes: { notFound: "InvalidRoute.NotFound" },
  inputs: inputsOf(ROUTE, {
    destinationCidrBlock: {
      check: (value) =>
        parseCidr(String(value)) === undefined && !isCidr6(String(value))
          ? `must be a network, not '${String(value)}'`
          : undefined,
    },
    transitGatewayAttachmentId: { ref: anyAttachment },
    transitGatewayRouteTableId: inTable,
  }),
  unique: [{ by: ["transitGatewayRouteTableId", "destinationCidrBlock"], code: "RouteAlreadyExists" }],
  check: (inputs) =>
    (inputs["blackhole"] === true) === (inputs["transitGatewayAttachmentId"] !== undefined)
      ? [
          {
            code: "InvalidParameterCombination",
            message: "a route leads to an attachment, or it is a black hole: exactly one of the two",
            property: "transitGatewayAttachmentId",
          },
        ]
      : [],
  refuse: unanswered,
  id: ({ inputs }) => `${text(inputs, "transitGatewayRouteTableId")}_${text(inputs, "destinationCidrBlock")}`,
  seconds: { create: 5, delete: 5 },
};

const peering: ResourceModel = {
  type: PEERING,
  service: ec2,
  codes: { notFound: NO_ATTACHMENT, inUse: "IncorrectState" },
  inputs: inputsOf(PEERING, { transitGatewayId: ofGateway }),
  refuse: ({ inputs, place, cloud }) => {
    const peer = text(inputs, "peerTransitGatewayId") ?? "";
    const region = text(inputs, "peerRegion") ?? "";
    const ours = (inputs["peerAccountId"] ?? place.account) === place.account;
    const there = cloud.everywhere(TRANSIT_GATEWAY).some(({ id, place }) => id === peer && place.region === region);
    if (!ours || there) return undefined;
    // AWS takes the request and lets the attachment fail a moment later: this is how the provider's wait for it ends.
    const message = `unexpected state 'failed', wanted target 'available, pendingAcceptance': there is no ${peer} in ${region}`;
    return { code: "UnexpectedState", message, property: "peerTransitGatewayId" };
  },
  id: ({ cloud }) => `tgw-attach-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `transit-gateway-attachment/${id}`),
    peerAccountId: ({ place }) => place.account,
  },
  // An attachment is one thing seen from two regions.
  removes: ({ id }, cloud) => cloud.everywhere(ACCEPTER).filter((half) => half.id === id),
  seconds: { create: 60, delete: 60 },
};

/** What was asked of this region; from where, an attachment's id does not say. */
function askedFor({ inputs, place, cloud }: Pick<Draft, "inputs" | "place" | "cloud">) {
  const id = text(inputs, "transitGatewayAttachmentId") ?? "";
  const asked = cloud.everywhere(PEERING).find((one) => one.id === id);
  return asked !== undefined && asked.outputs["peerRegion"] === place.region ? asked : undefined;
}

const accepter: ResourceModel = {
  type: ACCEPTER,
  service: ec2,
  codes: { notFound: NO_ATTACHMENT, inUse: "IncorrectState" },
  inputs: inputsOf(ACCEPTER, { transitGatewayAttachmentId: { immutable: true } }),
  refuse: (draft) => {
    const id = text(draft.inputs, "transitGatewayAttachmentId") ?? "";
    if (draft.previous !== undefined || askedFor(draft) !== undefined) return undefined;
    const message = `Transit Gateway Attachment ${id} was deleted or does not exist`;
    return { code: NO_ATTACHMENT, message, property: "transitGatewayAttachmentId" };
  },
  id: ({ inputs }) => text(inputs, "transitGatewayAttachmentId") ?? "",
  outputs: {
    peerAccountId: ({ place }) => place.account,
    peerTransitGatewayId: (draft) => askedFor(draft)?.outputs["transitGatewayId"] ?? "",
    transitGatewayId: (draft) => askedFor(draft)?.outputs["peerTransitGatewayId"] ?? "",
  },
  seconds: { create: 60, delete: 60 },
};

/** Transit gateways of Amazon VPC, with what is attached to them and what they route. */
export const ec2Transit: readonly ResourceModel[] = [
  gateway,
  vpcAttachment,
  table,
  association,
  propagation,
  route,
  peering,
  accepter,
];
