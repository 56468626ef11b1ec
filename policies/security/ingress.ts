export interface Ingress {
  readonly protocol: unknown;
  readonly fromPort: unknown;
  readonly toPort: unknown;
  /** Read only where a management port is concerned: elsewhere a range not known yet is nobody's business. */
  readonly ranges: () => readonly unknown[];
}

/** Secure shell and remote desktop: what CIS calls remote server administration ports. */
const managementPorts = [
  { port: 22, name: "SSH" },
  { port: 3389, name: "RDP" },
] as const;

/**
 * A range wider than any one owner's network counts as the world, so that two halves of the internet do not slip through.
 * /8 and /16 are the largest blocks that were given to one owner in IPv4 and in IPv6.
 */
const narrowest = { ipv4: 8, ipv6: 16 } as const;

export const isWorld = (range: unknown): boolean => {
  if (typeof range !== "string") return false;
  const [address = "", prefix = ""] = range.split("/");
  return prefix !== "" && Number(prefix) < (address.includes(":") ? narrowest.ipv6 : narrowest.ipv4);
};

const isEveryProtocol = (protocol: unknown): boolean => ["-1", "all"].includes(String(protocol).toLowerCase());
const hasPorts = (protocol: unknown): boolean => ["tcp", "udp", "6", "17"].includes(String(protocol).toLowerCase());

/** Names the management ports that a rule opens to the world; for every protocol AWS ignores the ports. */
export function exposedManagementPorts({ protocol, fromPort, toPort, ranges }: Ingress): readonly string[] {
  const every = isEveryProtocol(protocol);
  if (!every && !hasPorts(protocol)) return [];
  const open = managementPorts.filter(({ port }) => every || (Number(fromPort) <= port && port <= Number(toPort)));
  return open.length > 0 && ranges().some(isWorld) ? open.map(({ name }) => name) : [];
}

/** The TCP ports among some that a rule opens to the world. A rule for every protocol opens all of them. */
export function openPorts(
  { protocol, fromPort, toPort, ranges }: Ingress,
  ports: readonly number[],
): readonly number[] {
  const every = isEveryProtocol(protocol);
  if (!every && !["tcp", "6"].includes(String(protocol).toLowerCase())) return [];
  const open = ports.filter((port) => every || (Number(fromPort) <= port && port <= Number(toPort)));
  return open.length > 0 && ranges().some(isWorld) ? open : [];
}
