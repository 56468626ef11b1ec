import { type Cidr, sizeOf } from "../cidr.ts";

/**
 * The ports on which the accelerator listens. It may be any of 1 to 65535 (Global Accelerator developer guide, "Listeners for custom
 * routing accelerators"); the first thousand are left alone, since players' networks close some of them.
 */
export const listenerPorts = { from: 1024, to: 65_535 } as const;

/** How long the prefix of a subnet may be. Source: the same guide, "Guidelines and restrictions for custom routing accelerators". */
export const subnetPrefixes = { shortest: 17, longest: 28 } as const;

/**
 * How many listener ports are taken: the accelerator gives each port of each address of each subnet one, once and for ever, whether
 * anything stands there or not. Source: API reference, AddCustomRoutingEndpoints ("subnet size times the number of ports").
 */
export function mappingsNeeded(subnets: readonly Cidr[], ports: number): number {
  return subnets.reduce((sum, subnet) => sum + sizeOf(subnet), 0) * ports;
}

export const mappingsThereAre = listenerPorts.to - listenerPorts.from + 1;
