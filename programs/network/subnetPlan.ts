import { type Cidr, mostZones, planSubnets, type SubnetPlan, subBlock } from "../cidr.ts";

export interface ZonedSubnets extends SubnetPlan {
  readonly isolated: readonly Cidr[];
}

/** Sixteenths: public subnets have the four from here, isolated ones the four after them. */
const firstPublic = 8;
const firstIsolated = firstPublic + mostZones;

/**
 * One private, one public and one isolated subnet for each zone: an eighth of the network for the first, in which nearly everything stands,
 * and a sixteenth for each of the others. The cut is always the same, so that another zone moves no subnet.
 */
export function planZonedSubnets(network: Cidr, zones: number): ZonedSubnets {
  const { private: large } = planSubnets(network, zones);
  const sixteenths = (first: number) => large.map((_, zone) => subBlock(network, 4, first + zone));
  return { private: large, public: sixteenths(firstPublic), isolated: sixteenths(firstIsolated) };
}

/** The part of the network that all private subnets lie in, and nothing else. */
export function privatePart(network: Cidr): Cidr {
  return subBlock(network, 1, 0);
}

/** The part of the network that all isolated subnets lie in, and nothing else. */
export function isolatedPart(network: Cidr): Cidr {
  return subBlock(network, 2, firstIsolated / mostZones);
}
