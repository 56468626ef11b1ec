import type * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { type Colour, colours } from "../components/colours.ts";
import { GameNamespace } from "../components/gameNamespace.ts";
import type { RandomCredentials } from "../components/randomCredentials.ts";
import { ServerFleet } from "../components/serverFleet.ts";
import type { NodeChoice, Toleration } from "../components/serverPod.ts";
import { SessionPlacement } from "../components/sessionPlacement.ts";
import { createWorkloadContext } from "../components/workloadContext.ts";
import { WorkloadIdentity } from "../components/workloadIdentity.ts";
import { credentialsSecret, gamePod, type PodParts } from "../servers/gamePod.ts";
import type { ServerRole } from "../servers/images.ts";
import { leastSessions, type ServerCounts } from "../servers/serverCounts.ts";
import { isMixed, leadingColour, splitOf } from "../servers/split.ts";
import type { ComponentPlace } from "../stackContext.ts";
import { lobbyPorts, relayPorts } from "./doorPorts.ts";
import type { HybridInputs } from "./inputs.ts";
import { trafficPlans } from "./traffic.ts";

export interface WorkloadsArgs {
  readonly blueprint: string;
  readonly placement: Placement;
  readonly inputs: HybridInputs;
  readonly capacity: ServerCounts;
  readonly credentials: RandomCredentials;
  /** Whether the namespace refuses to be deleted. */
  readonly protect: boolean;
}

/** Where load balancers are reached; empty texts where there are none. */
export interface DoorAddresses {
  readonly lobbies: Readonly<Record<Colour, pulumi.Input<string>>>;
  readonly relay: pulumi.Input<string>;
}

/** Everything of the game, in its namespace. */
export function declareWorkloads(args: WorkloadsArgs, place: ComponentPlace): DoorAddresses {
  const { blueprint, placement, inputs, capacity, credentials, protect } = args;
  const workload = createWorkloadContext(blueprint, placement.stackSet, inputs.namespace);
  const { adminPassword, sessionKey } = credentials;
  const secrets = { [credentialsSecret]: { adminPassword, sessionKey } };
  const space = new GameNamespace("game", { workload, secrets, policies: trafficPlans(inputs), protect }, place);
  const inSpace = { ...place, dependsOn: [space] };
  const split = splitOf(inputs);
  const placementFile = new SessionPlacement(
    "session-placement",
    { workload, activeColour: leadingColour(split), ...(isMixed(split) ? { greenPercent: split.green } : {}) },
    inSpace,
  );
  const behind = (role: ServerRole) => {
    const identity = new WorkloadIdentity(`${role}-identity`, { workload, account: role }, inSpace);
    return { ...inSpace, dependsOn: [space, identity, ...(role === "lobby" ? [placementFile] : [])] };
  };
  const [lobbyPlace, sessionPlace, relayPlace] = [behind("lobby"), behind("session"), behind("relay")];

  const parts = podParts(inputs, placement);
  const fleet = { workload, cpuTarget: inputs.cpuTargetPercent, stickyClients: false, nodePorts: [] };
  const door = inputs.exposure === "loadBalancers" ? { balancer: { sourceRanges: inputs.playerCidrs } } : {};
  const lobby = (colour: Colour) =>
    new ServerFleet(
      `lobby-${colour}`,
      {
        ...fleet,
        ...door,
        role: "lobby",
        colour,
        pod: gamePod("lobby", parts, colour),
        // Both colours stand ready: a switch moves everyone at once, and so must the way back.
        replicas: capacity.lobbies,
        shrinkPercent: 25,
        maxUnavailable: "25%",
        nodePorts: lobbyPorts(inputs, colour),
      },
      lobbyPlace,
    ).address;
  for (const colour of colours) {
    new ServerFleet(
      `session-${colour}`,
      {
        ...fleet,
        role: "session",
        colour,
        pod: gamePod("session", parts, colour),
        replicas: { min: leastSessions(capacity, split[colour]), max: capacity.servers.max },
        shrinkPercent: 10,
        maxUnavailable: "10%",
      },
      sessionPlace,
    );
  }
  const relay = new ServerFleet(
    "relay",
    {
      ...fleet,
      ...door,
      role: "relay",
      pod: gamePod("relay", parts),
      replicas: capacity.relays,
      shrinkPercent: 10,
      maxUnavailable: 1,
      // A flow of UDP must stay with the relay that knows it.
      stickyClients: true,
      nodePorts: relayPorts(inputs),
    },
    relayPlace,
  );
  return { lobbies: { blue: lobby("blue"), green: lobby("green") }, relay: relay.address };
}

const anyNode: NodeChoice = { selector: {}, tolerations: [] };

function podParts(inputs: HybridInputs, { region }: Placement): PodParts {
  const { sessionStore } = inputs;
  const store = sessionStore === undefined ? {} : { SESSION_STORE: `${sessionStore.host}:${sessionStore.port}` };
  return {
    inputs,
    connection: "relay",
    site: { REGION: region },
    own: { lobby: store, session: {}, relay: {} },
    lobbySpeaksToCluster: false,
    nodes: { lobby: anyNode, session: sessionNodes(inputs), relay: anyNode },
  };
}

function sessionNodes({ sessionNodes: { labels, tolerations } }: HybridInputs): NodeChoice {
  return {
    selector: labels,
    tolerations: tolerations.map(
      ({ key, value, effect }): Toleration =>
        value === undefined ? { key, operator: "Exists", effect } : { key, operator: "Equal", value, effect },
    ),
  };
}
