import { Route } from "@pulumi/aws/ec2/route.js";
import { PeeringAttachment } from "@pulumi/aws/ec2transitgateway/peeringAttachment.js";
import { PeeringAttachmentAccepter } from "@pulumi/aws/ec2transitgateway/peeringAttachmentAccepter.js";
import { Route as TransitRoute } from "@pulumi/aws/ec2transitgateway/route.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2transitgateway/routeTableAssociation.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Transit } from "./transit.ts";

export interface TransitPeeringArgs {
  readonly context: StackContext;
  readonly transit: Transit;
  readonly side: AskingSide | AnsweringSide;
  /** The other region. */
  readonly peer: string;
  /** The other region's block. */
  readonly peerCidr: string;
  /** The network's own tables, from which the other region is reached. */
  readonly routeTableIds: readonly pulumi.Input<string>[];
}

export interface AskingSide {
  readonly asks: true;
  /** The other region's transit gateway. */
  readonly peerGatewayId: string;
  /** Whether the other side has answered, or is about to: before that the cloud refuses every route. */
  readonly answered: boolean;
}

export interface AnsweringSide {
  readonly asks: false;
  readonly attachmentId: string;
}

/** One region's half of a peering between two transit gateways. Routes over a peering are never learned: each side writes its own. */
export class TransitPeering extends pulumi.ComponentResource {
  readonly attachmentId: pulumi.Output<string>;

  constructor(name: string, args: TransitPeeringArgs, place: ComponentPlace) {
    super(componentType(args.context.blueprint, "TransitPeering"), name, {}, place);
    const { context, transit, side, peer, peerCidr } = args;
    const child = { parent: this };
    const tags = context.tags(`${name}-${side.asks ? "asked" : "answered"}`);
    const attachment = side.asks
      ? new PeeringAttachment(
          `${name}-asked`,
          {
            transitGatewayId: transit.gatewayId,
            peerTransitGatewayId: side.peerGatewayId,
            peerRegion: peer,
            tags,
          },
          child,
        )
      : new PeeringAttachmentAccepter(
          `${name}-answered`,
          { transitGatewayAttachmentId: side.attachmentId, tags },
          child,
        );
    this.attachmentId = attachment.id;
    if (!side.asks || side.answered) {
      const both = { transitGatewayAttachmentId: attachment.id, transitGatewayRouteTableId: transit.routeTableId };
      new RouteTableAssociation(`${name}-in`, both, child);
      new TransitRoute(`${name}-out`, { ...both, destinationCidrBlock: peerCidr }, child);
      for (const [index, routeTableId] of args.routeTableIds.entries()) {
        new Route(
          `${name}-${index + 1}`,
          { routeTableId, destinationCidrBlock: peerCidr, transitGatewayId: transit.gatewayId },
          // The cloud refuses a route to a gateway to which the network is not attached yet.
          { parent: this, dependsOn: [transit] },
        );
      }
    }
    this.registerOutputs({ attachmentId: this.attachmentId });
  }
}
