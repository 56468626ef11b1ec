import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../components/colours.ts";
import type { ServerPod } from "../components/serverPod.ts";
import type { SessionAccelerator } from "../components/sessionAccelerator.ts";
import { placementConfig } from "../components/sessionPlacement.ts";
import { lobbyNeeds, relayNeeds } from "./capacity.ts";
import { imageOf, type ServerRole } from "./images.ts";
import type { GameServersInputs } from "./inputs.ts";
import { namespaces } from "./namespaces.ts";
import { gamePorts, platformPorts } from "./platforms.ts";

export const credentialsSecret = "game-credentials";

/** What runs where no image is named: answers on the API's and the game's ports, and plays no game. */
const standIn = {
  image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
  args: ["netexec", "--http-port=$(API_PORT)", "--udp-port=$(GAME_PORT)"],
} as const;

/** Seconds in which load balancers notice that a target is leaving: two failed checks, and their own delay. */
const lingerSeconds = 25;

export interface PodParts {
  readonly inputs: GameServersInputs;
  readonly region: string;
  readonly sessionTable: pulumi.Input<string>;
  readonly accelerator: SessionAccelerator | undefined;
}

/** The pod of one role, for one colour where the role has colours. */
export function serverPod(role: ServerRole, parts: PodParts, colour?: Colour): ServerPod {
  const { inputs, region, sessionTable, accelerator } = parts;
  const { ports, connection, telemetry } = inputs;
  const mappings: ServerPod["environment"] =
    accelerator === undefined
      ? {}
      : { ACCELERATOR_ARN: accelerator.arn, ENDPOINT_GROUP_ARN: accelerator.endpointGroupArn };
  const named = imageOf(inputs, role, colour);
  const api = { name: "api", protocol: "TCP", number: ports.api } as const;
  const common = {
    image: named ?? standIn.image,
    args: named === undefined ? standIn.args : [],
    environment: {
      ROLE: role,
      AWS_REGION: region,
      CONNECTION: connection,
      LOBBY_PORT: String(ports.lobby),
      API_PORT: String(ports.api),
      GAME_PORT: String(ports.game),
      PLAYERS_PER_SERVER: String(inputs.playersPerServer),
      ...(colour === undefined ? {} : { COLOUR: colour }),
      ...platformEnvironment(inputs),
      ...(telemetry === undefined || role === "relay" ? {} : { TELEMETRY_STREAM: telemetry.streamName }),
    },
    secretEnvironment: { SESSION_KEY: { secret: credentialsSecret, key: "sessionKey" } },
    healthPort: ports.api,
    serviceAccount: role,
    clusterAccess: false,
    pool: { name: "services", dedicated: false },
    lingerSeconds,
    configFolders: {},
  };
  const game = gamePorts(inputs).map(({ name, protocol, number }) => ({ name, protocol, number }));
  switch (role) {
    case "lobby":
      return {
        ...common,
        environment: {
          ...common.environment,
          SESSION_TABLE: sessionTable,
          ...mappings,
          ...(inputs.fleets === "agones" ? { FLEETS: "agones", SESSION_NAMESPACE: namespaces.sessions } : {}),
        },
        secretEnvironment: {
          ...common.secretEnvironment,
          ADMIN_PASSWORD: { secret: credentialsSecret, key: "adminPassword" },
        },
        ports: [{ name: "lobby", protocol: "TCP", number: ports.lobby }, api],
        needs: lobbyNeeds,
        // It makes the services by which players reach session servers directly, looks up their addresses for the accelerator, or has
        // Agones give it a server.
        clusterAccess: connection !== "relay" || inputs.fleets === "agones",
        graceSeconds: 60,
        configFolders: { [placementConfig]: "/etc/session-placement" },
      };
    case "session":
      return {
        ...common,
        ports: [...game, api],
        needs: { cpuMillis: inputs.serverCpuMillis, memoryMiB: inputs.serverMemoryMiB },
        pool: { name: "sessions", dedicated: true },
        // No load balancer stands before a session: it stops taking players at once, and goes when the last has gone.
        lingerSeconds: 0,
        graceSeconds: inputs.matchMinutes * 60,
      };
    case "relay":
      return { ...common, ports: [...game, api], needs: relayNeeds, graceSeconds: inputs.matchMinutes * 60 };
  }
}

/** What servers are told of platforms; nothing where all play alike, so that such servers are as they always were. */
function platformEnvironment(inputs: GameServersInputs): ServerPod["environment"] {
  const alike = Object.values(inputs.platforms).every((named) => named === undefined);
  if (alike && inputs.crossPlay) return {};
  return { CROSS_PLAY: inputs.crossPlay ? "on" : "off", PLATFORM_PORTS: JSON.stringify(platformPorts(inputs)) };
}
