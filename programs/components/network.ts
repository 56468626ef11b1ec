import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { type Cidr, formatCidr, planSubnets } from "../cidr.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface NetworkArgs {
  readonly context: StackContext;
  readonly cidr: Cidr;
  /** Names of the availability zones, in order. */
  readonly zones: readonly string[];
}

/**
 * A network over several zones: in each a private subnet, whose way out is a NAT gateway, and a public one. Production has a NAT
 * gateway in every zone, so that the loss of a zone stays the loss of a zone; elsewhere one is enough, and costs a third.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly natGatewayIds: readonly pulumi.Output<string>[];
  /** The private ones: all traffic that could use a gateway endpoint passes them. */
  readonly routeTableIds: readonly pulumi.Output<string>[];

  constructor(name: string, { context, cidr, zones }: NetworkArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Network"), name, {}, place);
    const child = { parent: this };
    const tagged = (resource: string) => context.tags(`${name}-${resource}`);
    this.cidr = formatCidr(cidr);

    const vpc = new Vpc(
      `${name}-vpc`,
      { cidrBlock: this.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: tagged("vpc") },
      child,
    );
    this.vpcId = vpc.id;
    // The group that everything without a group falls into: emptied, so that falling into it opens nothing.
    new DefaultSecurityGroup(
      `${name}-default-group`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: tagged("default-group") },
      child,
    );

    const gateway = new InternetGateway(`${name}-internet`, { vpcId: vpc.id, tags: tagged("internet") }, child);
    const publicRoutes = new RouteTable(`${name}-public`, { vpcId: vpc.id, tags: tagged("public") }, child);
    new Route(
      `${name}-public-out`,
      { routeTableId: publicRoutes.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      child,
    );

    const plan = planSubnets(cidr, zones.length);
    const subnet = (kind: "private" | "public") => (zone: string, index: number) =>
      new Subnet(
        `${name}-${kind}-${index + 1}`,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: formatCidr(plan[kind][index] ?? cidr),
          // Nodes that need a public address ask for it in their launch template; nothing gets one by standing here.
          mapPublicIpOnLaunch: false,
          tags: tagged(`${kind}-${index + 1}`),
        },
        child,
      );
    const publicSubnets = zones.map(subnet("public"));
    const privateSubnets = zones.map(subnet("private"));
    for (const [index, { id }] of publicSubnets.entries()) {
      new RouteTableAssociation(`${name}-public-${index + 1}`, { routeTableId: publicRoutes.id, subnetId: id }, child);
    }

    const natZones = context.production ? publicSubnets : publicSubnets.slice(0, 1);
    const nats = natZones.map(({ id }, index) => {
      const zone = `nat-${index + 1}`;
      const address = new Eip(`${name}-${zone}`, { domain: "vpc", tags: tagged(zone) }, child);
      return new NatGateway(
        `${name}-${zone}`,
        { allocationId: address.allocationId, subnetId: id, tags: tagged(zone) },
        { parent: this, dependsOn: [gateway] },
      );
    });
    // One table a zone even where all lead to the same gateway: going to production then changes a route, not the tables.
    this.routeTableIds = privateSubnets.map(({ id }, index) => {
      const zone = `private-${index + 1}`;
      const routes = new RouteTable(`${name}-${zone}`, { vpcId: vpc.id, tags: tagged(zone) }, child);
      const nat = nats[index] ?? nats[0];
      if (nat === undefined) throw new RangeError("a network needs at least one zone");
      new Route(
        `${name}-${zone}-out`,
        { routeTableId: routes.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
        child,
      );
      new RouteTableAssociation(`${name}-${zone}`, { routeTableId: routes.id, subnetId: id }, child);
      return routes.id;
    });
    this.natGatewayIds = nats.map(({ id }) => id);
    this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    this.privateSubnetIds = privateSubnets.map(({ id }) => id);
    this.registerOutputs({ vpcId: this.vpcId });
  }
}
