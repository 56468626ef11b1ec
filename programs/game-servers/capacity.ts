import { countServers, lobbyNeeds, type Players, type Range, type ServerCounts } from "../servers/serverCounts.ts";
import { allocatable, type FamilyName, podsPerNode, type SizeName } from "./instances.ts";

export interface Demand extends Players {
  readonly serverCpuMillis: number;
  readonly serverMemoryMiB: number;
  readonly instanceFamilies: readonly FamilyName[];
  readonly instanceSize: SizeName;
  readonly zones: number;
  readonly spotPercent: number;
}

export interface Capacity extends ServerCounts {
  readonly serversPerNode: number;
  /** Session nodes of each instance family. */
  readonly sessionNodes: Range;
  readonly serviceNodes: Range;
}

/** The size of the nodes that carry everything but sessions. */
export const serviceSize = "xlarge" satisfies SizeName;

/** Pods of the cluster itself beside lobby and relay: name service, metrics, autoscaler, at their requests. */
const clusterPods = 6;

/**
 * From players to machines.
 *
 * Session nodes: each family can take the whole load when one other family is not to be had, so every family's maximum is the total
 * divided by one less than their number.
 */
export function planCapacity(demand: Demand): Capacity {
  const { instanceFamilies, instanceSize, zones } = demand;
  const { servers, lobbies, relays } = countServers(demand);
  const needs = { cpuMillis: demand.serverCpuMillis, memoryMiB: demand.serverMemoryMiB };
  const serversPerNode = Math.min(
    ...instanceFamilies.map((name) => podsPerNode(allocatable(name, instanceSize), needs)),
  );
  const survivors = Math.max(1, instanceFamilies.length - 1);
  const sessionNodes = {
    min: Math.max(1, nodesFor(servers.min, serversPerNode * instanceFamilies.length)),
    max: Math.max(1, nodesFor(servers.max, serversPerNode * survivors)),
  };

  const serviceNode = Math.min(
    ...instanceFamilies.map((name) => podsPerNode(allocatable(name, serviceSize), lobbyNeeds)),
  );
  const servicePods = (count: "min" | "max") => lobbies[count] + lobbies.min + relays[count] + clusterPods;
  const serviceNodes = {
    min: Math.max(zones, Math.ceil(servicePods("min") / serviceNode)),
    max: Math.max(zones, Math.ceil(servicePods("max") / serviceNode)) + 1,
  };
  return {
    servers,
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

/** Addresses that nodes and pods take at the peak: pods have addresses of the network, one each. */
export function addressesAtPeak(demand: Demand): number {
  const { servers, sessionNodes, lobbies, relays, serviceNodes } = planCapacity(demand);
  const nodes = sessionNodes.max * demand.instanceFamilies.length + spotNodesAtMost(demand) + serviceNodes.max;
  return servers.max + 2 * lobbies.max + relays.max + nodes * 3;
}
