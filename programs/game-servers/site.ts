import { type Cidr, mostZones, parseCidr, planSubnets, sizeOf, usableAddresses } from "../cidr.ts";
import type { GameServersInputs } from "./inputs.ts";

/** Where a stack stands: in a network of its own, or in one that others share. */
export interface Site {
  /** As text; read with `parseCidr`. */
  readonly cidr: string;
  readonly zones: number;
  readonly shared: boolean;
}

const ownNetwork = { zones: 3, networkCidr: "10.0.0.0/16" } as const;

export function siteOf({
  network,
  networkCidr,
  zones,
}: Pick<GameServersInputs, "network" | "networkCidr" | "zones">): Site {
  if (network !== undefined) return { cidr: network.vpcCidr, zones: network.zones.length, shared: true };
  return { cidr: networkCidr ?? ownNetwork.networkCidr, zones: zones ?? ownNetwork.zones, shared: false };
}

/**
 * Addresses that nodes and pods can have at the most. Of a network of one's own these are the private subnets; how a shared one is cut
 * is not known here, so all of it is taken, which refuses only what cannot fit at all.
 */
export function roomAt({ cidr, zones, shared }: Site): number {
  const block: Cidr | undefined = parseCidr(cidr);
  if (block === undefined) return 0;
  if (shared) return sizeOf(block);
  const subnets = planSubnets(block, Math.min(zones, mostZones)).private;
  return subnets.reduce((sum, subnet) => sum + usableAddresses(subnet), 0);
}
