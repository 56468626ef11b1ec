import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressesAtPeak,
  type Demand,
  nodesReadyFor,
  planCapacity,
  spotNodesAtMost,
  spread,
} from "../../../programs/game-servers/capacity.ts";
import { allocatable, familyNames, podsPerNode, sizeNames, sizes } from "../../../programs/game-servers/instances.ts";

const small: Demand = {
  peakPlayers: 1000,
  playersPerServer: 50,
  playersPerLobby: 2500,
  headroomPercent: 25,
  quietPercent: 20,
  serverCpuMillis: 1000,
  serverMemoryMiB: 1536,
  instanceFamilies: ["c7i", "c6i"],
  instanceSize: "2xlarge",
  zones: 3,
  spotPercent: 0,
};

const demand = fc
  .record({
    peakPlayers: fc.integer({ min: 1, max: 5_000_000 }),
    playersPerServer: fc.integer({ min: 1, max: 1000 }),
    playersPerLobby: fc.integer({ min: 50, max: 20_000 }),
    headroomPercent: fc.integer({ min: 5, max: 200 }),
    quietPercent: fc.integer({ min: 1, max: 100 }),
    serverCpuMillis: fc.integer({ min: 50, max: 3000 }),
    serverMemoryMiB: fc.integer({ min: 64, max: 6000 }),
    instanceFamilies: fc.uniqueArray(fc.constantFrom(...familyNames), { minLength: 2, maxLength: 4 }),
    instanceSize: fc.constantFrom(...sizeNames),
    zones: fc.integer({ min: 2, max: 4 }),
    spotPercent: fc.integer({ min: 0, max: 90 }),
  })
  .filter((demand) => planCapacity(demand).serversPerNode > 0);

describe("allocatable resources of a node", () => {
  it("are less than the machine has, and grow with its size", () => {
    for (const family of familyNames) {
      for (const [index, size] of sizeNames.entries()) {
        const node = allocatable(family, size);
        expect(node.cpuMillis).toBeLessThan(sizes[size].cpus * 1000);
        expect(node.cpuMillis).toBeGreaterThan(sizes[size].cpus * 900);
        const smaller = sizeNames[index - 1];
        if (smaller !== undefined) expect(node.memoryMiB).toBeGreaterThan(allocatable(family, smaller).memoryMiB);
      }
    }
  });

  it("of a c7i.2xlarge carry seven servers of one core", () => {
    expect(podsPerNode(allocatable("c7i", "2xlarge"), { cpuMillis: 1000, memoryMiB: 1536 })).toBe(7);
  });

  it("are bounded by memory, by addresses, and are none for a server that is too large", () => {
    const node = { cpuMillis: 8000, memoryMiB: 8192, pods: 20 };
    expect(podsPerNode(node, { cpuMillis: 100, memoryMiB: 1024 })).toBe(8);
    expect(podsPerNode(node, { cpuMillis: 100, memoryMiB: 64 })).toBe(20);
    expect(podsPerNode(node, { cpuMillis: 9000, memoryMiB: 64 })).toBe(0);
  });
});

describe("the capacity planned from players", () => {
  it("is known for a small game", () => {
    expect(planCapacity(small)).toEqual({
      servers: { min: 4, max: 25 },
      serversPerNode: 7,
      sessionNodes: { min: 1, max: 4 },
      lobbies: { min: 2, max: 2 },
      relays: { min: 2, max: 2 },
      serviceNodes: { min: 3, max: 4 },
    });
  });

  it("holds the peak and its headroom, in servers", () => {
    fc.assert(
      fc.property(demand, (demand) => {
        const { servers } = planCapacity(demand);
        const players = servers.max * demand.playersPerServer;
        expect(players).toBeGreaterThanOrEqual((demand.peakPlayers * (100 + demand.headroomPercent)) / 100 - 1e-6);
      }),
    );
  });

  it("holds it in nodes even when one instance family is sold out", () => {
    fc.assert(
      fc.property(demand, (demand) => {
        const { servers, sessionNodes, serversPerNode } = planCapacity(demand);
        const survivors = demand.instanceFamilies.length - 1;
        expect(survivors * sessionNodes.max * serversPerNode).toBeGreaterThanOrEqual(servers.max);
      }),
    );
  });

  it("keeps every minimum between one and its maximum, and the quiet hour's servers on the least nodes", () => {
    fc.assert(
      fc.property(demand, (demand) => {
        const plan = planCapacity(demand);
        for (const { min, max } of [plan.servers, plan.sessionNodes, plan.lobbies, plan.relays, plan.serviceNodes]) {
          expect(min).toBeGreaterThanOrEqual(1);
          expect(max).toBeGreaterThanOrEqual(min);
        }
        const quiet = plan.sessionNodes.min * demand.instanceFamilies.length * plan.serversPerNode;
        expect(quiet).toBeGreaterThanOrEqual(plan.servers.min);
        expect(plan.serviceNodes.min).toBeGreaterThanOrEqual(demand.zones);
      }),
    );
  });

  it("never makes more spot nodes than their share of the peak, but one where a share is asked for", () => {
    fc.assert(
      fc.property(demand, (demand) => {
        const { servers, serversPerNode } = planCapacity(demand);
        const spot = spotNodesAtMost(demand);
        const peak = Math.ceil(servers.max / serversPerNode);
        expect(spot > 0).toBe(demand.spotPercent > 0);
        expect(spot).toBeLessThanOrEqual(Math.max(1, (peak * demand.spotPercent) / 100));
      }),
    );
  });

  it("has on-demand nodes ready for the players of a schedule, and never more than for the peak", () => {
    fc.assert(
      fc.property(demand, fc.double({ min: 0, max: 1, noNaN: true }), (demand, share) => {
        const players = Math.max(1, Math.floor(demand.peakPlayers * share));
        const { serversPerNode, sessionNodes } = planCapacity(demand);
        const nodes = nodesReadyFor(demand, players);
        const room = nodes * demand.instanceFamilies.length * serversPerNode * demand.playersPerServer;
        expect(room).toBeGreaterThanOrEqual(players);
        expect(nodes).toBeLessThanOrEqual(sessionNodes.max);
      }),
    );
  });

  it("never shrinks when players are added", () => {
    fc.assert(
      fc.property(demand, fc.integer({ min: 1, max: 100_000 }), (demand, more) => {
        const [few, many] = [planCapacity(demand), planCapacity({ ...demand, peakPlayers: demand.peakPlayers + more })];
        expect(many.servers.max).toBeGreaterThanOrEqual(few.servers.max);
        expect(many.sessionNodes.max).toBeGreaterThanOrEqual(few.sessionNodes.max);
        expect(addressesAtPeak({ ...demand, peakPlayers: demand.peakPlayers + more })).toBeGreaterThanOrEqual(
          addressesAtPeak(demand),
        );
      }),
    );
  });
});

it("things that are spread over places are all there, and no place has two more than another", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 4 }), (count, places) => {
      const counts = spread(count, places);
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(count);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
