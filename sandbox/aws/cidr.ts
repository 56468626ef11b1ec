/** An IPv4 network: its first address as a number, and the length of its prefix. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

/** Reads `10.0.0.0/16`; undefined when it is none, or has bits behind its prefix (as AWS refuses those). */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % size(prefix) === 0 ? { first, prefix } : undefined;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + size(inner.prefix) <= outer.first + size(outer.prefix);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + size(b.prefix) && b.first < a.first + size(a.prefix);
}

/** The address `offset` behind the first one, in dotted form. */
export function address(cidr: Cidr, offset: number): string {
  const value = cidr.first + offset;
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(value / unit) % 256).join(".");
}

/** The number of addresses. */
export function size(prefix: number): number {
  return 2 ** (32 - prefix);
}

const IPV6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*\/(\d{1,3})$/;

/** Only the form of an IPv6 network is looked at. */
export function isCidr6(text: string): boolean {
  const prefix = IPV6.exec(text)?.[1];
  return prefix !== undefined && Number(prefix) <= 128;
}

/** An IPv6 network: its first address as a number, and the length of its prefix. */
interface Cidr6 {
  readonly first: bigint;
  readonly prefix: number;
}

/** Reads `2001:db8::/56`; undefined when it is none. */
function parseCidr6(text: string): Cidr6 | undefined {
  if (!isCidr6(text)) return undefined;
  const [address = "", prefix = ""] = text.split("/");
  const [before = "", after] = address.split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [left, right] = [groups(before), groups(after ?? "")];
  const zeros = after === undefined ? 0 : 8 - left.length - right.length;
  if (zeros < 0 || left.length + zeros + right.length !== 8) return undefined;
  const all = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return { first: BigInt(`0x${all.map((group) => group.padStart(4, "0")).join("")}`), prefix: Number(prefix) };
}

/** Whether the second network lies in the first. */
export function contains6(outer: string, inner: string): boolean {
  const [one, other] = [parseCidr6(outer), parseCidr6(inner)];
  if (one === undefined || other === undefined || other.prefix < one.prefix) return false;
  const shift = BigInt(128 - one.prefix);
  return one.first >> shift === other.first >> shift;
}
