import type * as pulumi from "@pulumi/pulumi";
import { formatCidr } from "../cidr.ts";
import type { Network } from "../components/network.ts";
import type { Transit } from "../components/transit.ts";
import { TransitPeering, type TransitPeeringArgs } from "../components/transitPeering.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import { blockOf } from "./addressPlan.ts";
import type { NetworkInputs, Peering } from "./inputs.ts";

export interface TransitPeeringsArgs {
  readonly context: StackContext;
  readonly inputs: NetworkInputs;
  readonly network: Network;
  readonly transit: Transit;
}

/** This region's halves of its peerings. Answers the attachments that it asked for, by region. */
export function declareTransitPeerings(
  { context, inputs, network, transit }: TransitPeeringsArgs,
  place: ComponentPlace,
): Readonly<Record<string, pulumi.Output<string>>> {
  const { region } = context.placement;
  const asked: Record<string, pulumi.Output<string>> = {};
  for (const peering of inputs.transit?.peerings ?? []) {
    const side = sideOf(peering, region, inputs);
    const peer = peering.from === region ? peering.to : peering.from;
    const block = blockOf(inputs.addresses, peer);
    if (side === undefined || block === undefined) continue;
    const peerCidr = formatCidr(block);
    const routeTableIds = network.routeTableIds;
    const made = new TransitPeering(
      `transit-${peer}`,
      { context, transit, side, peer, peerCidr, routeTableIds },
      place,
    );
    if (side.asks) asked[peer] = made.attachmentId;
  }
  return asked;
}

/** What a region has to do for a peering: nothing, where it takes no part in it, or has not been asked yet. */
function sideOf(
  { from, to, attachmentId }: Peering,
  region: string,
  { transit }: NetworkInputs,
): TransitPeeringArgs["side"] | undefined {
  const peerGatewayId = transit?.gateways[to];
  if (from === region && peerGatewayId !== undefined) {
    return { asks: true, peerGatewayId, answered: attachmentId !== undefined };
  }
  return to === region && attachmentId !== undefined ? { asks: false, attachmentId } : undefined;
}
