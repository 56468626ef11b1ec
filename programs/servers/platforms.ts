import type { ServerPort } from "../components/serverPod.ts";
import { nodePorts } from "./nodePorts.ts";

export const platforms = ["console", "pc", "mobile"] as const;
export type Platform = (typeof platforms)[number];

/** Where the players of one platform meet a session server. */
export interface PlatformPort {
  readonly port: number;
  readonly protocol: "udp" | "tcp";
}

/** A port on which session servers are played, and by which node port a relay is reached for it. */
export interface GamePort extends ServerPort {
  readonly nodePort: number;
}

export interface PortInputs {
  readonly platforms: Readonly<Partial<Record<Platform, PlatformPort | undefined>>>;
  readonly ports: { readonly game: number };
}

/** Every platform's port; whoever is not named plays by UDP on `ports.game`. */
export function platformPorts({ platforms: named, ports }: PortInputs): Readonly<Record<Platform, PlatformPort>> {
  const usual: PlatformPort = { port: ports.game, protocol: "udp" };
  const of = (platform: Platform) => named[platform] ?? usual;
  return { console: of("console"), pc: of("pc"), mobile: of("mobile") };
}

/**
 * The different ones among them, the usual one first. A port that several platforms share bears the name of the first of them, so that
 * naming another platform leaves what is there as it is.
 */
export function gamePorts(inputs: PortInputs): readonly [GamePort, ...GamePort[]] {
  const byPlatform = platformPorts(inputs);
  const isUsual = ({ port, protocol }: PlatformPort) => protocol === "udp" && port === inputs.ports.game;
  const used = platforms.map((platform) => ({ platform, ...byPlatform[platform] }));
  const special = used.filter(
    (each, index) =>
      !isUsual(each) &&
      used.findIndex(({ port, protocol }) => port === each.port && protocol === each.protocol) === index,
  );
  const ports = special.map(
    ({ platform, port, protocol }): GamePort => ({
      name: `game-${platform}`,
      protocol: protocol === "udp" ? "UDP" : "TCP",
      number: port,
      nodePort: nodePorts.platforms[platform],
    }),
  );
  const usual: GamePort = { name: "game", protocol: "UDP", number: inputs.ports.game, nodePort: nodePorts.relay };
  const [first, ...rest] = ports;
  return first === undefined || used.some(isUsual) ? [usual, ...ports] : [first, ...rest];
}
