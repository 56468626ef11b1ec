import { type Cidr, formatCidr, overlap, parseCidr, subBlock } from "../cidr.ts";

/** How the regions of one stack set share one supernet. */
export interface AddressPlan {
  readonly supernet: string;
  /** The prefix of each region's block. */
  readonly prefix: number;
  /** In the order in which they came: a region's place in the list is its number, for good. */
  readonly regions: readonly string[];
  /** By region, a block of its own instead of the one its number would give it. */
  readonly blocks: Readonly<Record<string, string>>;
}

/** How many regions the supernet has room for. */
export function mostRegions(supernet: Cidr, prefix: number): number {
  return prefix < supernet.prefix ? 0 : 2 ** (prefix - supernet.prefix);
}

/**
 * The block of a region: its own, or that number of the supernet's blocks which is its place in the list. So a region that is appended
 * moves no other. Undefined for a region that is not in the list, or has no place in the supernet.
 */
export function blockOf(plan: AddressPlan, region: string): Cidr | undefined {
  const place = plan.regions.indexOf(region);
  if (place < 0) return undefined;
  const own = Object.hasOwn(plan.blocks, region) ? plan.blocks[region] : undefined;
  if (own !== undefined) return parseCidr(own);
  const supernet = parseCidr(plan.supernet);
  if (supernet === undefined || place >= mostRegions(supernet, plan.prefix)) return undefined;
  return subBlock(supernet, plan.prefix - supernet.prefix, place);
}

/** Every region's block in text, in the order of the list. */
export function plannedBlocks(plan: AddressPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.regions.flatMap((region) => {
      const block = blockOf(plan, region);
      return block === undefined ? [] : [[region, formatCidr(block)] as const];
    }),
  );
}

/** The region whose block overlaps that of `region`, if any. */
export function overlapping(plan: AddressPlan, region: string): string | undefined {
  const block = blockOf(plan, region);
  if (block === undefined) return undefined;
  return plan.regions.find((other) => {
    const its = other === region ? undefined : blockOf(plan, other);
    return its !== undefined && overlap(block, its);
  });
}

/** The first of the private numbers of autonomous systems with two octets (RFC 6996). */
const firstPrivateAsn = 64512;

/** Gateways that are peered should have numbers of their own (Amazon VPC transit gateways guide, "Transit gateway peering attachments"). */
export function asnOf(plan: AddressPlan, region: string): number {
  const place = plan.regions.indexOf(region);
  if (place < 0) throw new RangeError(`${region} is not among the regions of the address plan`);
  return firstPrivateAsn + place;
}
