import type { TrafficPlan, TrafficRule } from "../components/gameNamespace.ts";
import type { GameServersInputs } from "./inputs.ts";
import { gamePorts } from "./platforms.ts";
import { siteOf } from "./site.ts";

/** Where the identity agent of a node gives pods their credentials. Source: Amazon EKS user guide, "EKS Pod Identity". */
const identityAgent: TrafficRule = { peer: { cidr: "169.254.170.23/32" }, protocol: "TCP", port: 80 };
const world = { cidr: "0.0.0.0/0" } as const;

/** Who brings players to a session server: with direct connections the world, with an accelerator whoever may play, else the relay. */
function playersOf(inputs: GameServersInputs): readonly TrafficRule["peer"][] {
  const { connection, playerCidrs } = inputs;
  if (connection === "relay") return [{ role: "relay" }];
  if (connection === "direct") return [world];
  return (playerCidrs.length > 0 ? playerCidrs : [siteOf(inputs).cidr]).map((cidr) => ({ cidr }));
}

/** Who may speak to whom in the game's namespace. Kubelets reach their own node's pods without being named. */
export function trafficPlans(inputs: GameServersInputs): readonly TrafficPlan[] {
  const { ports, connection } = inputs;
  // Load balancers come through a node's port, with a node's address.
  const nodes = { cidr: siteOf(inputs).cidr };
  const tcp = (peer: TrafficRule["peer"], port: number): TrafficRule => ({ peer, protocol: "TCP", port });
  const game = (peer: TrafficRule["peer"]): readonly TrafficRule[] =>
    gamePorts(inputs).map(({ protocol, number }) => ({ peer, protocol, port: number }));
  const lobby = { role: "lobby" } as const;
  const session = { role: "session" } as const;
  const relay = { role: "relay" } as const;

  const plans: readonly TrafficPlan[] = [
    {
      role: lobby.role,
      hears: [tcp(nodes, ports.lobby), tcp(nodes, ports.api), tcp(session, ports.api), tcp(relay, ports.api)],
      // 443: the session store, whose endpoint has public addresses, and the cluster's API.
      says: [tcp(session, ports.api), tcp(world, 443), identityAgent],
    },
    {
      role: session.role,
      hears: [tcp(lobby, ports.api), ...playersOf(inputs).flatMap(game)],
      // 443 of the world: the telemetry stream, whose endpoint has public addresses unless the network has one of its own.
      says: [tcp(lobby, ports.api), ...(inputs.telemetry === undefined ? [] : [tcp(world, 443), identityAgent])],
    },
  ];
  if (connection !== "relay") return plans;
  return [
    ...plans,
    {
      role: relay.role,
      hears: [...game(nodes), tcp(nodes, ports.api)],
      says: [...game(session), tcp(lobby, ports.api)],
    },
  ];
}
