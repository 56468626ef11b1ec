import { NetworkAcl } from "@pulumi/aws/ec2/networkAcl.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import * as pulumi from "@pulumi/pulumi";
import { type Cidr, formatCidr } from "../cidr.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface IsolatedSubnetsArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  /** Names of the availability zones, in order, each with the block of its subnet. */
  readonly zones: readonly (readonly [zone: string, block: Cidr])[];
  /** Who may be spoken with: nobody else may, in either direction. */
  readonly neighbours: readonly Cidr[];
}

/** Rules are numbered from here in tens, so that one can be put between two. */
const firstRule = 100;

/**
 * Subnets for what must never meet the internet, such as databases: no route leads out of the network, and a network ACL lets nothing pass
 * but to and from the neighbours, whatever a security group says. The name service is reached all the same: network ACLs do not filter
 * it (Amazon VPC guide, "Network ACL basics").
 */
export class IsolatedSubnets extends pulumi.ComponentResource {
  readonly subnetIds: readonly pulumi.Output<string>[];

  constructor(name: string, { context, vpcId, zones, neighbours }: IsolatedSubnetsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "IsolatedSubnets"), name, {}, place);
    const child = { parent: this };
    const routes = new RouteTable(`${name}-routes`, { vpcId, tags: context.tags(`${name}-routes`) }, child);
    this.subnetIds = zones.map(([availabilityZone, block], index) => {
      const subnet = `${name}-${index + 1}`;
      const { id } = new Subnet(
        subnet,
        {
          vpcId,
          availabilityZone,
          cidrBlock: formatCidr(block),
          mapPublicIpOnLaunch: false,
          tags: context.tags(subnet),
        },
        child,
      );
      new RouteTableAssociation(subnet, { routeTableId: routes.id, subnetId: id }, child);
      return id;
    });
    const rules = neighbours.map((block, index) => ({
      ruleNo: firstRule + index * 10,
      action: "allow",
      protocol: "-1",
      cidrBlock: formatCidr(block),
      fromPort: 0,
      toPort: 0,
    }));
    new NetworkAcl(
      `${name}-acl`,
      { vpcId, subnetIds: [...this.subnetIds], ingress: rules, egress: rules, tags: context.tags(`${name}-acl`) },
      child,
    );
    this.registerOutputs({});
  }
}
