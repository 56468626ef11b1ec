/** An IPv4 block; `base` is its first address as an unsigned 32-bit number. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

const notation = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.0.0.0/16`. Answers undefined when the text is no block, or when bits behind the prefix are set. */
export function parseCidr(text: string): Cidr | undefined {
  const parts = notation.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = parts;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  return base % sizeOf({ base, prefix }) === 0 ? { base, prefix } : undefined;
}

export function formatCidr({ base, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
}

/** How many addresses the block holds, the reserved ones included. */
export function sizeOf({ prefix }: Cidr): number {
  return 2 ** (32 - prefix);
}

/** The block number `index` of those that arise when `block` is cut into 2^newBits equal ones. Throws RangeError beyond them. */
export function subBlock(block: Cidr, newBits: number, index: number): Cidr {
  const prefix = block.prefix + newBits;
  if (prefix > 32 || index < 0 || index >= 2 ** newBits) {
    throw new RangeError(`${formatCidr(block)} has no block ${index} of prefix /${prefix}`);
  }
  return { base: block.base + index * sizeOf({ base: 0, prefix }), prefix };
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + sizeOf(inner) <= outer.base + sizeOf(outer);
}

export function overlap(one: Cidr, other: Cidr): boolean {
  return one.base < other.base + sizeOf(other) && other.base < one.base + sizeOf(one);
}

/** The private ranges of RFC 1918. */
const privateRanges: readonly Cidr[] = [
  { base: 10 * 2 ** 24, prefix: 8 },
  { base: 172 * 2 ** 24 + 16 * 2 ** 16, prefix: 12 },
  { base: 192 * 2 ** 24 + 168 * 2 ** 16, prefix: 16 },
];

export function isPrivate(block: Cidr): boolean {
  return privateRanges.some((range) => contains(range, block));
}

/** AWS keeps the first four addresses and the last of every subnet (Amazon VPC user guide, "Subnet CIDR blocks"). */
const reservedPerSubnet = 5;

/** Addresses of a subnet that something can be given. */
export function usableAddresses(subnet: Cidr): number {
  return sizeOf(subnet) - reservedPerSubnet;
}

export interface SubnetPlan {
  readonly private: readonly Cidr[];
  readonly public: readonly Cidr[];
}

/** The most zones `planSubnets` has room for. */
export const mostZones = 4;

/**
 * One private and one public subnet for each zone. The network is always cut into eighths, whatever the number of zones:
 * otherwise a third zone would move the subnets of the first two, and with them everything that stands in them.
 */
export function planSubnets(network: Cidr, zones: number): SubnetPlan {
  if (zones < 1 || zones > mostZones) throw new RangeError(`no plan for ${zones} zones; the most is ${mostZones}`);
  const zoneNumbers = Array.from({ length: zones }, (_, zone) => zone);
  return {
    private: zoneNumbers.map((zone) => subBlock(network, 3, zone)),
    public: zoneNumbers.map((zone) => subBlock(network, 3, mostZones + zone)),
  };
}
