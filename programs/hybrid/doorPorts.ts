import type { Colour } from "../components/colours.ts";
import type { ServerPort } from "../components/serverPod.ts";
import { nodePorts } from "../servers/nodePorts.ts";
import { gamePorts } from "../servers/platforms.ts";
import type { HybridInputs } from "./inputs.ts";

/** A port by which a service is reached; without a node port where the cluster chooses one. */
export interface DoorPort extends ServerPort {
  readonly nodePort?: number;
}

const usualFirst = nodePorts.lobby.blue;
/** How far behind the first node port the last one stands. */
export const lastShift = nodePorts.platforms.mobile - usualFirst;

type DoorInputs = Pick<HybridInputs, "exposure" | "firstNodePort" | "ports" | "platforms">;

/** A node port as far behind the first one as it is among the usual ones; none where the cluster chooses. */
function through({ exposure, firstNodePort = usualFirst }: DoorInputs, usual: number): { readonly nodePort?: number } {
  return exposure === "nodePorts" ? { nodePort: firstNodePort + usual - usualFirst } : {};
}

export function lobbyPorts(inputs: DoorInputs, colour: Colour): readonly DoorPort[] {
  const { ports } = inputs;
  return [
    { name: "lobby", protocol: "TCP", number: ports.lobby, ...through(inputs, nodePorts.lobby[colour]) },
    { name: "api", protocol: "TCP", number: ports.api, ...through(inputs, nodePorts.api[colour]) },
  ];
}

/** The game's ports; and through node ports the API's, by which whatever stands before the nodes asks for health. */
export function relayPorts(inputs: DoorInputs): readonly DoorPort[] {
  const game = gamePorts(inputs).map(({ name, protocol, number, nodePort }) => ({
    name,
    protocol,
    number,
    ...through(inputs, nodePort),
  }));
  if (inputs.exposure === "loadBalancers") return game;
  return [
    ...game,
    { name: "api", protocol: "TCP", number: inputs.ports.api, ...through(inputs, nodePorts.relayHealth) },
  ];
}

/** Name to node port; empty where the cluster chooses. */
export function nodePortsOf(ports: readonly DoorPort[]): Readonly<Record<string, number>> {
  return Object.fromEntries(ports.flatMap(({ name, nodePort }) => (nodePort === undefined ? [] : [[name, nodePort]])));
}
