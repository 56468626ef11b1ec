import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import type { Engine, StateAnswer } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const VPC_TABLE = "aws:ec2/routeTable:RouteTable";
const VPC_ROUTE = "aws:ec2/route:Route";
const GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway";
const ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
const TABLE = "aws:ec2transitgateway/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation";
const PROPAGATION = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation";
const ROUTE = "aws:ec2transitgateway/route:Route";
const PEERING = "aws:ec2transitgateway/peeringAttachment:PeeringAttachment";
const ACCEPTER = "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter";

const tagged = { tags: { team: "lobby" } };
const home = "eu-west-1";
const away = "us-east-1";

function idOf(made: Made, name: string): string {
  const found = made[name];
  if (found === undefined) throw new Error(`the case made no ${name}`);
  return found.id;
}

/** A network with a subnet in each of two zones and a second one in the first zone, and two gateways with a table each. */
async function ground({ make }: Workshop): Promise<Made> {
  const vpc = await make(VPC, { cidrBlock: "10.0.0.0/16" });
  const subnet = (zone: string, part: number) =>
    make(SUBNET, { vpcId: vpc.id, cidrBlock: `10.0.${part}.0/24`, availabilityZone: `${home}${zone}` });
  const [gateway, otherGateway] = [await make(GATEWAY, {}), await make(GATEWAY, {})];
  return {
    vpc,
    gateway,
    otherGateway,
    one: await subnet("a", 1),
    two: await subnet("b", 2),
    again: await subnet("a", 3),
    table: await make(TABLE, { transitGatewayId: gateway.id }),
    otherTable: await make(TABLE, { transitGatewayId: gateway.id }),
  };
}

async function attached(workshop: Workshop): Promise<Made> {
  const made = await ground(workshop);
  const attachment = await workshop.make(ATTACHMENT, attachmentOf(made));
  return { ...made, attachment };
}

const attachmentOf = (made: Made) => ({
  transitGatewayId: idOf(made, "gateway"),
  vpcId: idOf(made, "vpc"),
  subnetIds: [idOf(made, "one")],
});
const routed = (made: Made) => ({
  transitGatewayAttachmentId: idOf(made, "attachment"),
  transitGatewayRouteTableId: idOf(made, "table"),
});

const cases: readonly ConformanceCase[] = [
  {
    type: GATEWAY,
    smallest: () => ({}),
    id: /^tgw-[0-9a-f]{17}$/,
    outputs: {
      arn: /:transit-gateway\/tgw-/,
      amazonSideAsn: 64512,
      autoAcceptSharedAttachments: "disable",
      associationDefaultRouteTableId: /^tgw-rtb-/,
    },
    change: { amazonSideAsn: 64513, description: "between regions", ...tagged },
    replace: { multicastSupport: "enable" },
    spoiled: [
      { name: "a public number", with: { amazonSideAsn: 16509 }, code: "InvalidParameterValue" },
      { name: "half a switch", with: { dnsSupport: "on" }, code: "InvalidParameterValue" },
    ],
    dependant: { type: TABLE, inputs: ({ id }) => ({ transitGatewayId: id }), code: "IncorrectState" },
  },
  {
    type: ATTACHMENT,
    needs: ground,
    smallest: attachmentOf,
    id: /^tgw-attach-[0-9a-f]{17}$/,
    outputs: { vpcOwnerId: /^\d{12}$/, ipv6Support: "disable", transitGatewayDefaultRouteTableAssociation: true },
    change: (made) => ({ subnetIds: [idOf(made, "one"), idOf(made, "two")] }),
    replace: (made) => ({ transitGatewayId: idOf(made, "otherGateway") }),
    spoiled: [
      { name: "no subnets", with: { subnetIds: [] }, code: "InvalidParameterValue" },
      {
        name: "two subnets of one zone",
        with: (made) => ({ subnetIds: [idOf(made, "one"), idOf(made, "again")] }),
        code: "DuplicateSubnetsInSameZone",
        at: "create",
      },
      {
        name: "a gateway that does not exist",
        with: { transitGatewayId: "tgw-0" },
        code: "InvalidTransitGatewayID.NotFound",
        at: "create",
      },
    ],
    taken: { code: "DuplicateTransitGatewayAttachment" },
  },
  {
    type: TABLE,
    needs: ground,
    smallest: (made) => ({ transitGatewayId: idOf(made, "gateway") }),
    id: /^tgw-rtb-[0-9a-f]{17}$/,
    outputs: { defaultAssociationRouteTable: false, defaultPropagationRouteTable: false },
    change: tagged,
    replace: (made) => ({ transitGatewayId: idOf(made, "otherGateway") }),
    dependant: {
      type: ROUTE,
      inputs: ({ id }) => ({ transitGatewayRouteTableId: id, destinationCidrBlock: "10.9.0.0/16", blackhole: true }),
      code: "IncorrectState",
    },
  },
  {
    type: ASSOCIATION,
    needs: attached,
    smallest: routed,
    id: /^tgw-rtb-[0-9a-f]{17}_tgw-attach-[0-9a-f]{17}$/,
    outputs: { resourceId: /^vpc-/, resourceType: /^vpc$/ },
    replace: (made) => ({ transitGatewayRouteTableId: idOf(made, "otherTable") }),
    spoiled: [
      {
        name: "an attachment that does not exist",
        with: { transitGatewayAttachmentId: "tgw-attach-0" },
        code: "InvalidTransitGatewayAttachmentID.NotFound",
        at: "create",
      },
    ],
    taken: { code: "Resource.AlreadyAssociated" },
  },
  {
    type: PROPAGATION,
    needs: attached,
    smallest: routed,
    id: /^tgw-rtb-[0-9a-f]{17}_tgw-attach-[0-9a-f]{17}$/,
    outputs: { resourceId: /^vpc-/, resourceType: /^vpc$/ },
    replace: (made) => ({ transitGatewayRouteTableId: idOf(made, "otherTable") }),
    spoiled: [
      {
        name: "a table that does not exist",
        with: { transitGatewayRouteTableId: "tgw-rtb-0" },
        code: "InvalidRouteTableID.NotFound",
        at: "create",
      },
    ],
    taken: { code: "TransitGatewayRouteTablePropagation.Duplicate" },
  },
  {
    type: ROUTE,
    needs: attached,
    smallest: (made) => ({ ...routed(made), destinationCidrBlock: "10.9.0.0/16" }),
    id: /^tgw-rtb-[0-9a-f]{17}_10\.9\.0\.0\/16$/,
    outputs: { blackhole: false },
    replace: { destinationCidrBlock: "10.8.0.0/16" },
    spoiled: [
      { name: "a destination that is none", with: { destinationCidrBlock: "10.9" }, code: "InvalidParameterValue" },
      {
        name: "neither attachment nor black hole",
        with: { transitGatewayAttachmentId: null },
        code: "InvalidParameterCombination",
      },
      {
        name: "both attachment and black hole",
        with: { blackhole: true },
        code: "InvalidParameterCombination",
        property: "transitGatewayAttachmentId",
      },
    ],
    taken: { code: "RouteAlreadyExists" },
  },
  {
    type: PEERING,
    needs: async ({ make }) => ({
      gateway: await make(GATEWAY, {}),
      peer: await make(GATEWAY, { region: away }),
      second: await make(GATEWAY, { region: away }),
    }),
    smallest: (made) => ({
      transitGatewayId: idOf(made, "gateway"),
      peerTransitGatewayId: idOf(made, "peer"),
      peerRegion: away,
    }),
    id: /^tgw-attach-[0-9a-f]{17}$/,
    outputs: { peerAccountId: /^\d{12}$/ },
    change: tagged,
    replace: (made) => ({ peerTransitGatewayId: idOf(made, "second") }),
    spoiled: [
      { name: "no region", with: { peerRegion: null }, code: "MissingParameter" },
      {
        name: "a gateway that is not in that region",
        with: { peerRegion: "us-west-2" },
        code: "UnexpectedState",
        at: "create",
      },
    ],
  },
  {
    type: ACCEPTER,
    needs: async ({ make }) => {
      const gateway = await make(GATEWAY, {});
      const peer = await make(GATEWAY, { region: away });
      const asked = { transitGatewayId: peer.id, peerTransitGatewayId: gateway.id, peerRegion: home, region: away };
      return { gateway, peer, asked: await make(PEERING, asked), again: await make(PEERING, asked) };
    },
    smallest: (made) => ({ transitGatewayAttachmentId: idOf(made, "asked") }),
    id: /^tgw-attach-[0-9a-f]{17}$/,
    outputs: { transitGatewayId: /^tgw-/, peerTransitGatewayId: /^tgw-/, peerAccountId: /^\d{12}$/ },
    change: tagged,
    replace: (made) => ({ transitGatewayAttachmentId: idOf(made, "again") }),
    spoiled: [
      {
        name: "an attachment that was not asked of this region",
        with: { transitGatewayAttachmentId: "tgw-attach-0" },
        code: "InvalidTransitGatewayAttachmentID.NotFound",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("a peering of two regions", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  async function asked(engine: Engine): Promise<{ table: StateAnswer; peering: StateAnswer }> {
    const gateway = await engine.create(GATEWAY, {});
    const peer = await engine.create(GATEWAY, { region: away });
    const table = await engine.create(TABLE, { transitGatewayId: gateway.id });
    const request = { transitGatewayId: gateway.id, peerTransitGatewayId: peer.id, peerRegion: away };
    return { table, peering: await engine.create(PEERING, request) };
  }

  it("carries nothing until the other side has answered", async () => {
    const engine = await sandbox.engine();
    const { table, peering } = await asked(engine);
    const over = { transitGatewayAttachmentId: peering.id, transitGatewayRouteTableId: table.id };
    const route = { ...over, destinationCidrBlock: "10.9.0.0/16" };
    await expect(engine.create(ROUTE, route)).rejects.toThrow("IncorrectState:");
    await expect(engine.create(ASSOCIATION, over)).rejects.toThrow("IncorrectState:");
    await engine.create(ACCEPTER, { transitGatewayAttachmentId: peering.id, region: away });
    await engine.create(ROUTE, route);
    expect((await engine.create(ASSOCIATION, over)).outputs["resourceType"]).toBe("peering");
  });

  it("is answered in the region that was asked, and in no other", async () => {
    const engine = await sandbox.engine();
    const { peering } = await asked(engine);
    const attempt = engine.create(ACCEPTER, { transitGatewayAttachmentId: peering.id, region: "us-west-2" });
    await expect(attempt).rejects.toThrow("InvalidTransitGatewayAttachmentID.NotFound:");
  });

  it("takes the other half along when it goes", async () => {
    const engine = await sandbox.engine();
    const { peering } = await asked(engine);
    const there = await sandbox.engine({ configuration: { region: away } });
    const half = await there.create(ACCEPTER, { transitGatewayAttachmentId: peering.id });
    await engine.remove(PEERING, peering);
    expect(await there.read(ACCEPTER, half.id)).toBeUndefined();
  });
});

describe("a network's route to a transit gateway", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("is refused before the network is attached to it", async () => {
    const engine = await sandbox.engine();
    const vpc = await engine.create(VPC, { cidrBlock: "10.0.0.0/16" });
    const subnet = await engine.create(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
    const table = await engine.create(VPC_TABLE, { vpcId: vpc.id });
    const gateway = await engine.create(GATEWAY, {});
    const route = { routeTableId: table.id, destinationCidrBlock: "10.9.0.0/16", transitGatewayId: gateway.id };
    await expect(engine.create(VPC_ROUTE, route)).rejects.toThrow("InvalidTransitGatewayID.NotFound:");
    await engine.create(ATTACHMENT, { transitGatewayId: gateway.id, vpcId: vpc.id, subnetIds: [subnet.id] });
    await engine.create(VPC_ROUTE, route);
  });
});
