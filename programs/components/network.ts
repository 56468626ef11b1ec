import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { EgressOnlyInternetGateway } from "@pulumi/aws/ec2/egressOnlyInternetGateway.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { type Cidr, formatCidr, planSubnets, type SubnetPlan } from "../cidr.ts";
import { ipv6Subnet } from "../cidr6.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface NetworkArgs {
  readonly context: StackContext;
  readonly cidr: Cidr;
  /** Names of the availability zones, in order. */
  readonly zones: readonly string[];
  /** Left out: the network is cut into eighths. */
  readonly subnets?: SubnetPlan;
  /** Left out: IPv4 only. */
  readonly ipv6?: boolean;
}

/** Which of the network's 256 IPv6 subnets the first zone's are: far enough apart for any number of zones. */
const firstIpv6 = { private: 0x00, public: 0x10 } as const;

/**
 * A network over several zones: in each a private subnet, whose way out is a NAT gateway, and a public one. Production has a NAT
 * gateway in every zone, so that the loss of a zone stays the loss of a zone; elsewhere one is enough, and costs a third. Where there is
 * IPv6, private subnets have an egress-only gateway: their addresses are public ones, and yet nothing comes in.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  /** Empty without IPv6. */
  readonly ipv6Cidr: pulumi.Output<string>;
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly natGatewayIds: readonly pulumi.Output<string>[];
  /** The private ones: all traffic that could use a gateway endpoint passes them. */
  readonly routeTableIds: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, place: ComponentPlace) {
    const { context, cidr, zones, ipv6 = false } = args;
    super(componentType(context.blueprint, "Network"), name, {}, place);
    const child = { parent: this };
    const tagged = (resource: string) => context.tags(`${name}-${resource}`);
    this.cidr = formatCidr(cidr);

    const vpc = new Vpc(
      `${name}-vpc`,
      {
        cidrBlock: this.cidr,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        ...(ipv6 ? { assignGeneratedIpv6CidrBlock: true } : {}),
        tags: tagged("vpc"),
      },
      child,
    );
    this.vpcId = vpc.id;
    this.ipv6Cidr = ipv6 ? vpc.ipv6CidrBlock : pulumi.output("");
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

    const plan = args.subnets ?? planSubnets(cidr, zones.length);
    const ipv6Of = (kind: keyof typeof firstIpv6, index: number) => ({
      ipv6CidrBlock: this.ipv6Cidr.apply((block) => ipv6Subnet(block, firstIpv6[kind] + index)),
      // What stands in a public subnet would be reached from the world by such an address: it has to ask for one.
      assignIpv6AddressOnCreation: kind === "private",
    });
    const subnet = (kind: "private" | "public") => (zone: string, index: number) =>
      new Subnet(
        `${name}-${kind}-${index + 1}`,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: formatCidr(plan[kind][index] ?? cidr),
          // Nodes that need a public address ask for it in their launch template; nothing gets one by standing here.
          mapPublicIpOnLaunch: false,
          ...(ipv6 ? ipv6Of(kind, index) : {}),
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
    if (ipv6) this.#leadOutByIpv6({ name, context }, gateway, publicRoutes);
    this.natGatewayIds = nats.map(({ id }) => id);
    this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    this.privateSubnetIds = privateSubnets.map(({ id }) => id);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  #leadOutByIpv6(
    { name, context }: { readonly name: string; readonly context: StackContext },
    gateway: InternetGateway,
    publicRoutes: RouteTable,
  ): void {
    const child = { parent: this };
    const everywhere = { destinationIpv6CidrBlock: "::/0" };
    const egressOnly = new EgressOnlyInternetGateway(
      `${name}-egress-only`,
      { vpcId: this.vpcId, tags: context.tags(`${name}-egress-only`) },
      child,
    );
    new Route(
      `${name}-public-out-ipv6`,
      { routeTableId: publicRoutes.id, ...everywhere, gatewayId: gateway.id },
      child,
    );
    for (const [index, routeTableId] of this.routeTableIds.entries()) {
      new Route(
        `${name}-private-${index + 1}-out-ipv6`,
        { routeTableId, ...everywhere, egressOnlyGatewayId: egressOnly.id },
        child,
      );
    }
  }
}
