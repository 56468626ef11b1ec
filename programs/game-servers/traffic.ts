import type { TrafficPlan, TrafficRule } from "../components/gameNamespace.ts";
import { gamePorts } from "../servers/platforms.ts";
import type { GameServersInputs } from "./inputs.ts";
import { namespaces } from "./namespaces.ts";
import { siteOf } from "./site.ts";

/** Where the identity agent of a node gives pods their credentials. Source: Amazon EKS user guide, "EKS Pod Identity". */
const identityAgent: TrafficRule = { peer: { cidr: "169.254.170.23/32" }, protocol: "TCP", port: 80 };
const world = { cidr: "0.0.0.0/0" } as const;

/** Who brings players to a session server: with direct connections the world, with an accelerator whoever may play, else the relay. */
function playersOf(inputs: GameServersInputs): readonly TrafficRule["peer"][] {
  const { connection, playerCidrs } = inputs;
  if (connection === "relay") return [peers(inputs, "sessions").relay];
  if (connection === "direct") return [world];
  return (playerCidrs.length > 0 ? playerCidrs : [siteOf(inputs).cidr]).map((cidr) => ({ cidr }));
}

type Side = "game" | "sessions";

/** The roles as pods of one namespace name them: a role of another namespace is named with it. */
function peers({ fleets }: GameServersInputs, side: Side) {
  const home = (role: string): Side => (role === "session" && fleets === "agones" ? "sessions" : "game");
  const here: Side = fleets === "agones" ? side : "game";
  const of = (role: string) => (home(role) === here ? { role } : { role, namespace: namespaces[home(role)] });
  return { lobby: of("lobby"), session: of("session"), relay: of("relay") };
}

const tcp = (peer: TrafficRule["peer"], port: number): TrafficRule => ({ peer, protocol: "TCP", port });

function gameRules(inputs: GameServersInputs, peer: TrafficRule["peer"]): readonly TrafficRule[] {
  return gamePorts(inputs).map(({ protocol, number }) => ({ peer, protocol, port: number }));
}

/** Who may speak to whom in the game's namespace. Kubelets reach their own node's pods without being named. */
export function trafficPlans(inputs: GameServersInputs): readonly TrafficPlan[] {
  const { ports, connection, fleets } = inputs;
  // Load balancers come through a node's port, with a node's address.
  const nodes = { cidr: siteOf(inputs).cidr };
  const { lobby, session, relay } = peers(inputs, "game");
  const plans: readonly TrafficPlan[] = [
    {
      role: lobby.role,
      hears: [tcp(nodes, ports.lobby), tcp(nodes, ports.api), tcp(session, ports.api), tcp(relay, ports.api)],
      // 443: the session store, whose endpoint has public addresses, and the cluster's API.
      says: [tcp(session, ports.api), tcp(world, 443), identityAgent],
    },
    ...(fleets === "agones" ? [] : [sessionTraffic(inputs)]),
  ];
  if (connection !== "relay") return plans;
  return [
    ...plans,
    {
      role: relay.role,
      hears: [...gameRules(inputs, nodes), tcp(nodes, ports.api)],
      says: [...gameRules(inputs, session), tcp(lobby, ports.api)],
    },
  ];
}

/** Who may speak to session servers, and to whom they may; in their own namespace where Agones runs them. */
export function sessionTraffic(inputs: GameServersInputs): TrafficPlan {
  const { ports, telemetry, fleets } = inputs;
  const { lobby, session } = peers(inputs, "sessions");
  // 443 of the world: the telemetry stream, whose endpoint has public addresses unless the network has one of its own; for Agones' sidecar
  // the cluster's API.
  const out = telemetry === undefined && fleets !== "agones" ? [] : [tcp(world, 443)];
  return {
    role: session.role,
    hears: [tcp(lobby, ports.api), ...playersOf(inputs).flatMap((peer) => gameRules(inputs, peer))],
    says: [tcp(lobby, ports.api), ...out, ...(telemetry === undefined ? [] : [identityAgent])],
  };
}
