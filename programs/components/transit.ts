import { RouteTable } from "@pulumi/aws/ec2transitgateway/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2transitgateway/routeTableAssociation.js";
import { RouteTablePropagation } from "@pulumi/aws/ec2transitgateway/routeTablePropagation.js";
import { TransitGateway } from "@pulumi/aws/ec2transitgateway/transitGateway.js";
import { VpcAttachment } from "@pulumi/aws/ec2transitgateway/vpcAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface TransitArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  /** One a zone: in each the gateway has an address, and only from zones with one it is reached. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** The gateway's number as an autonomous system. */
  readonly asn: number;
}

/**
 * A transit gateway with the network attached. Nothing is associated or propagated by default, and no attachment of another account is
 * taken by itself: what traffic may go where stands in one route table.
 */
export class Transit extends pulumi.ComponentResource {
  readonly gatewayId: pulumi.Output<string>;
  readonly routeTableId: pulumi.Output<string>;

  constructor(name: string, { context, vpcId, subnetIds, asn }: TransitArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Transit"), name, {}, place);
    const child = { parent: this };
    const { stackSet, region } = context.placement;
    const gateway = new TransitGateway(
      `${name}-gateway`,
      {
        description: `${stackSet} in ${region}`,
        amazonSideAsn: asn,
        autoAcceptSharedAttachments: "disable",
        defaultRouteTableAssociation: "disable",
        defaultRouteTablePropagation: "disable",
        tags: context.tags(`${name}-gateway`),
      },
      child,
    );
    const routes = new RouteTable(
      `${name}-routes`,
      { transitGatewayId: gateway.id, tags: context.tags(`${name}-routes`) },
      child,
    );
    const attachment = new VpcAttachment(
      `${name}-network`,
      {
        transitGatewayId: gateway.id,
        vpcId,
        subnetIds: [...subnetIds],
        transitGatewayDefaultRouteTableAssociation: false,
        transitGatewayDefaultRouteTablePropagation: false,
        tags: context.tags(`${name}-network`),
      },
      child,
    );
    const both = { transitGatewayAttachmentId: attachment.id, transitGatewayRouteTableId: routes.id };
    new RouteTableAssociation(`${name}-network`, both, child);
    new RouteTablePropagation(`${name}-network`, both, child);
    this.gatewayId = gateway.id;
    this.routeTableId = routes.id;
    this.registerOutputs({ gatewayId: this.gatewayId });
  }
}
