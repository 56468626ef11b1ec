import { parseCidr } from "../cidr.ts";
import type { TrafficPlan, TrafficRule } from "../components/gameNamespace.ts";
import type { ServerRole } from "../servers/images.ts";
import { gamePorts } from "../servers/platforms.ts";
import type { HybridInputs } from "./inputs.ts";

type Peer = TrafficRule["peer"];
const tcp = (peer: Peer, port: number): TrafficRule => ({ peer, protocol: "TCP", port });
const pods = (role: ServerRole): Peer => ({ role });

/** Who may speak to whom in the game's namespace. Kubelets reach their own node's pods without being named. */
export function trafficPlans(inputs: HybridInputs): readonly TrafficPlan[] {
  const { api, lobby } = inputs.ports;
  // Whoever comes by a node's port or a load balancer comes with a node's address.
  const nodes: readonly Peer[] = inputs.nodeCidrs.map((cidr) => ({ cidr }));
  const game = (peer: Peer) => gamePorts(inputs).map(({ protocol, number }) => ({ peer, protocol, port: number }));
  return [
    {
      role: "lobby",
      hears: [
        ...nodes.flatMap((node) => [tcp(node, lobby), tcp(node, api)]),
        tcp(pods("session"), api),
        tcp(pods("relay"), api),
      ],
      says: [tcp(pods("session"), api), ...storeRule(inputs)],
    },
    {
      role: "session",
      hears: [tcp(pods("lobby"), api), ...game(pods("relay"))],
      says: [tcp(pods("lobby"), api)],
    },
    {
      role: "relay",
      hears: nodes.flatMap((node) => [...game(node), tcp(node, api)]),
      says: [...game(pods("session")), tcp(pods("lobby"), api)],
    },
  ];
}

function storeRule({ sessionStore }: HybridInputs): readonly TrafficRule[] {
  if (sessionStore === undefined) return [];
  const { host, port } = sessionStore;
  const cidr = sessionStore.cidr ?? (parseCidr(`${host}/32`) === undefined ? undefined : `${host}/32`);
  return cidr === undefined ? [] : [tcp({ cidr }, port)];
}
