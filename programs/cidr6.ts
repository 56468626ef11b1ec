/** AWS gives a network 256 IPv6 subnets: a /56 in blocks of /64 (Amazon VPC user guide, "IPv6 CIDR blocks"). */
const mostSubnets = 256;

/**
 * The /64 number `index` of a network's /56. The network is taken as the cloud writes it (RFC 5952): four groups and `::/56`, with
 * fewer groups where the last ones are zero. Throws RangeError when it is no such block, or has no such subnet.
 */
export function ipv6Subnet(network: string, index: number): string {
  const groups = /^([0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,3})::\/56$/.exec(network)?.[1]?.split(":") ?? [];
  if (groups.length === 0) throw new RangeError(`${network} is no IPv6 network of prefix /56`);
  if (!Number.isInteger(index) || index < 0 || index >= mostSubnets)
    throw new RangeError(`${network} has no subnet ${index}`);
  const [one = "0", two = "0", three = "0", four = "0"] = groups;
  const last = Number.parseInt(four, 16);
  if (last % mostSubnets !== 0) throw new RangeError(`${network} has bits set behind its prefix`);
  const written = [one, two, three, (last + index).toString(16)];
  // Only the zeros that end the block are left out: "::" stands once.
  while (written.length > 1 && written.at(-1) === "0") written.pop();
  return `${written.join(":")}::/64`;
}
