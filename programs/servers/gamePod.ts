import type { Colour } from "../components/colours.ts";
import type { NodeChoice, ServerPod } from "../components/serverPod.ts";
import { placementConfig } from "../components/sessionPlacement.ts";
import { type Images, imageOf, type ServerRole } from "./images.ts";
import { gamePorts, type PortInputs, platformPorts } from "./platforms.ts";
import { lobbyNeeds, relayNeeds } from "./serverCounts.ts";

export const credentialsSecret = "game-credentials";

/** What runs where no image is named: answers on the API's and the game's ports, and plays no game. */
const standIn = {
  image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
  args: ["netexec", "--http-port=$(API_PORT)", "--udp-port=$(GAME_PORT)"],
} as const;

/** Seconds in which load balancers notice that a target is leaving: two failed checks, and their own delay. */
const lingerSeconds = 25;

/** What inputs say of servers, wherever these run. */
export interface PodInputs extends Images, PortInputs {
  readonly ports: { readonly lobby: number; readonly api: number; readonly game: number };
  readonly crossPlay: boolean;
  readonly playersPerServer: number;
  readonly matchMinutes: number;
  readonly serverCpuMillis: number;
  readonly serverMemoryMiB: number;
}

export type Variables = ServerPod["environment"];

/** What the place where servers run adds to their pods. */
export interface PodParts {
  readonly inputs: PodInputs;
  readonly connection: string;
  /** Of every role. */
  readonly site: Variables;
  /** Of one role each. */
  readonly own: Readonly<Record<ServerRole, Variables>>;
  /** Whether lobbies may speak to the cluster's API. */
  readonly lobbySpeaksToCluster: boolean;
  readonly nodes: Readonly<Record<ServerRole, NodeChoice>>;
}

/** The pod of one role, for one colour where the role has colours. */
export function gamePod(role: ServerRole, parts: PodParts, colour?: Colour): ServerPod {
  const { inputs } = parts;
  const { ports } = inputs;
  const named = imageOf(inputs, role, colour);
  const api = { name: "api", protocol: "TCP", number: ports.api } as const;
  const common = {
    image: named ?? standIn.image,
    args: named === undefined ? standIn.args : [],
    // Their order is part of what stands: another one would be a change of every server.
    environment: {
      ROLE: role,
      ...parts.site,
      CONNECTION: parts.connection,
      LOBBY_PORT: String(ports.lobby),
      API_PORT: String(ports.api),
      GAME_PORT: String(ports.game),
      PLAYERS_PER_SERVER: String(inputs.playersPerServer),
      ...(colour === undefined ? {} : { COLOUR: colour }),
      ...platformVariables(inputs),
      ...parts.own[role],
    },
    secretEnvironment: { SESSION_KEY: { secret: credentialsSecret, key: "sessionKey" } },
    healthPort: ports.api,
    serviceAccount: role,
    clusterAccess: false,
    nodes: parts.nodes[role],
    lingerSeconds,
    configFolders: {},
  };
  const game = gamePorts(inputs).map(({ name, protocol, number }) => ({ name, protocol, number }));
  switch (role) {
    case "lobby":
      return {
        ...common,
        secretEnvironment: {
          ...common.secretEnvironment,
          ADMIN_PASSWORD: { secret: credentialsSecret, key: "adminPassword" },
        },
        ports: [{ name: "lobby", protocol: "TCP", number: ports.lobby }, api],
        needs: lobbyNeeds,
        clusterAccess: parts.lobbySpeaksToCluster,
        graceSeconds: 60,
        configFolders: { [placementConfig]: "/etc/session-placement" },
      };
    case "session":
      return {
        ...common,
        ports: [...game, api],
        needs: { cpuMillis: inputs.serverCpuMillis, memoryMiB: inputs.serverMemoryMiB },
        // No load balancer stands before a session: it stops taking players at once, and goes when the last has gone.
        lingerSeconds: 0,
        graceSeconds: inputs.matchMinutes * 60,
      };
    case "relay":
      return { ...common, ports: [...game, api], needs: relayNeeds, graceSeconds: inputs.matchMinutes * 60 };
  }
}

/** What servers are told of platforms; nothing where all play alike, so that such servers are as they always were. */
function platformVariables(inputs: PodInputs): Variables {
  const alike = Object.values(inputs.platforms).every((named) => named === undefined);
  if (alike && inputs.crossPlay) return {};
  return { CROSS_PLAY: inputs.crossPlay ? "on" : "off", PLATFORM_PORTS: JSON.stringify(platformPorts(inputs)) };
}
