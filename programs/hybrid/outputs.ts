import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });
const secret = (name: string, description: string): OutputDescription => ({ name, description, secret: true });

export const hybridOutputs = [
  open("clusterServer", "The cluster's API endpoint."),
  open("namespace", "The namespace of the game."),
  open("exposure", "How the game is reached: nodePorts or loadBalancers."),
  open("lobbyNodePorts", "By colour, the node ports of lobby and API; empty with loadBalancers."),
  open("relayNodePorts", "The node ports of the relay, by the port's name; empty with loadBalancers."),
  open("lobbyAddresses", "By colour, where the load balancer of lobby and API is reached; empty with nodePorts."),
  open("relayAddress", "Where the load balancer of the relay is reached; empty with nodePorts."),
  open(
    "lobbyWeights",
    "The share of new players that each colour is to take, in percent: for what stands before the lobbies.",
  ),
  open("activeColour", "The colour that most new players and new sessions meet."),
  open("greenPercent", "The share of new sessions that green takes, in percent."),
  open("platformPorts", "By platform, the port and protocol on which its players meet a session server."),
  open("crossPlay", "Whether players of different platforms meet in one session."),
  open("capacity", "Servers that were planned from the players."),
  secret("adminSecret", "The password of the lobby's administrator."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type HybridOutputName = (typeof hybridOutputs)[number]["name"];
