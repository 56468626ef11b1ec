import { allocatable, type FamilyName, podsPerNode, type SizeName } from "./instances.ts";

export interface Demand {
  readonly peakPlayers: number;
  readonly playersPerServer: number;
  readonly playersPerLobby: number;
  readonly headroomPercent: number;
  readonly quietPercent: number;
  readonly serverCpuMillis: number;
  readonly serverMemoryMiB: number;
  readonly instanceFamilies: readonly FamilyName[];
  readonly instanceSize: SizeName;
  readonly zones: number;
  readonly spotPercent: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface Capacity {
  /** Session servers of one colour: the least that stand ready where new sessions are placed, and the most. */
  readonly servers: Range;
  readonly serversPerNode: number;
  /** Session nodes of each instance family. */
  readonly sessionNodes: Range;
  /** Lobby servers of one colour. */
  readonly lobbies: Range;
  readonly relays: Range;
  readonly serviceNodes: Range;
}

/** What a lobby or a relay server asks for. The players one relay carries are bounded by its packets, not by its memory. */
export const lobbyNeeds = { cpuMillis: 500, memoryMiB: 1024 } as const;
export const relayNeeds = { cpuMillis: 500, memoryMiB: 512 } as const;
const playersPerRelay = 2000;

/** The size of the nodes that carry everything but sessions. */
export const serviceSize = "xlarge" satisfies SizeName;

/** Pods of the cluster itself beside lobby and relay: name service, metrics, autoscaler, at their requests. */
const clusterPods = 6;

/**
 * From players to machines.
 *
 * Session servers: the peak divided by what one holds, and headroom over it, because servers of the old colour keep their sessions
 * while new ones are placed on the new colour, and none of them is full.
 * Session nodes: each family can take the whole load when one other family is not to be had, so every family's maximum is the total
 * divided by one less than their number.
 */
export function planCapacity(demand: Demand): Capacity {
  const { instanceFamilies, instanceSize, headroomPercent, quietPercent, zones } = demand;
  const peakServers = Math.ceil(demand.peakPlayers / demand.playersPerServer);
  const mostServers = Math.ceil((peakServers * (100 + headroomPercent)) / 100);
  const leastServers = Math.max(1, Math.ceil((peakServers * quietPercent) / 100));

  const needs = { cpuMillis: demand.serverCpuMillis, memoryMiB: demand.serverMemoryMiB };
  const serversPerNode = Math.min(
    ...instanceFamilies.map((name) => podsPerNode(allocatable(name, instanceSize), needs)),
  );
  const survivors = Math.max(1, instanceFamilies.length - 1);
  const sessionNodes = {
    min: Math.max(1, nodesFor(leastServers, serversPerNode * instanceFamilies.length)),
    max: Math.max(1, nodesFor(mostServers, serversPerNode * survivors)),
  };

  const lobbies = between(2, demand, demand.playersPerLobby);
  const relays = between(2, demand, playersPerRelay);
  const serviceNode = Math.min(
    ...instanceFamilies.map((name) => podsPerNode(allocatable(name, serviceSize), lobbyNeeds)),
  );
  const servicePods = (count: "min" | "max") => lobbies[count] + lobbies.min + relays[count] + clusterPods;
  const serviceNodes = {
    min: Math.max(zones, Math.ceil(servicePods("min") / serviceNode)),
    max: Math.max(zones, Math.ceil(servicePods("max") / serviceNode)) + 1,
  };
  return {
    servers: { min: leastServers, max: mostServers },
    serversPerNode,
    sessionNodes,
    lobbies,
    relays,
    serviceNodes,
  };
}

/** Session nodes that the spot share of the peak comes to; never none where a share is asked for. */
export function spotNodesAtMost(demand: Demand): number {
  if (demand.spotPercent === 0) return 0;
  const { servers, serversPerNode } = planCapacity(demand);
  return Math.max(1, Math.floor((nodesFor(servers.max, serversPerNode) * demand.spotPercent) / 100));
}

/** On-demand session nodes of each family that stand ready for that many players, with the usual headroom. */
export function nodesReadyFor(demand: Demand, players: number): number {
  const { servers, serversPerNode, sessionNodes } = planCapacity(demand);
  const wanted = Math.ceil((Math.ceil(players / demand.playersPerServer) * (100 + demand.headroomPercent)) / 100);
  const nodes = nodesFor(Math.min(wanted, servers.max), serversPerNode * demand.instanceFamilies.length);
  return Math.min(Math.max(1, nodes), sessionNodes.max);
}

/** That many things over so many places, as evenly as can be, the first ones taking the rest. */
export function spread(count: number, places: number): readonly number[] {
  return Array.from({ length: places }, (_, place) => Math.floor((count + places - 1 - place) / places));
}

/** A node too small for one server gives a fleet without end, which the inputs' schema refuses in words. */
function nodesFor(servers: number, serversPerStep: number): number {
  return serversPerStep === 0 ? Number.POSITIVE_INFINITY : Math.ceil(servers / serversPerStep);
}

function between(least: number, demand: Demand, playersPerPod: number): Range {
  const peak = Math.ceil(demand.peakPlayers / playersPerPod);
  const min = Math.max(least, Math.ceil((peak * demand.quietPercent) / 100));
  return { min, max: Math.max(min, Math.ceil((peak * (100 + demand.headroomPercent)) / 100)) };
}

/** Addresses that nodes and pods take at the peak: pods have addresses of the network, one each. */
export function addressesAtPeak(demand: Demand): number {
  const { servers, sessionNodes, lobbies, relays, serviceNodes } = planCapacity(demand);
  const nodes = sessionNodes.max * demand.instanceFamilies.length + spotNodesAtMost(demand) + serviceNodes.max;
  return servers.max + 2 * lobbies.max + relays.max + nodes * 3;
}
