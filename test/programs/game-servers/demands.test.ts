import fc from "fast-check";
import { expect, test } from "vitest";
import {
  gameServersDemands,
  playersWithin,
  spotPercentWithin,
  spotVcpus,
  vcpusAtPeak,
} from "../../../programs/game-servers/demands.ts";
import { type GameServersInputs, gameServersInputs } from "../../../programs/game-servers/inputs.ts";

const inputs = (peakPlayers: number, change: Record<string, unknown> = {}): GameServersInputs =>
  gameServersInputs.parse({ peakPlayers, ...change });

/** In a network of another stack: none of its own is asked for. */
const placed = {
  network: {
    vpcId: "vpc-0a1b2c3d",
    vpcCidr: "10.20.0.0/16",
    zones: ["eu-west-1a", "eu-west-1b"],
    publicSubnetIds: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
    privateSubnetIds: ["subnet-0a1b2c3f", "subnet-0a1b2c40"],
  },
};

const demand = fc.record({
  peakPlayers: fc.integer({ min: 1, max: 60_000 }),
  playersPerServer: fc.integer({ min: 50, max: 200 }),
  headroomPercent: fc.integer({ min: 5, max: 100 }),
  instanceSize: fc.constantFrom("2xlarge" as const, "4xlarge" as const),
});

test("the number of players that is said to fit fits, and one more does not", () => {
  fc.assert(
    fc.property(demand, fc.integer({ min: 0, max: 20_000 }), (given, vcpus) => {
      const asked = { ...inputs(1), ...given };
      const most = playersWithin(asked, vcpus);
      const fits = (peakPlayers: number) => peakPlayers === 0 || vcpusAtPeak({ ...asked, peakPlayers }) <= vcpus;
      expect(fits(most)).toBe(true);
      if (most < asked.peakPlayers) expect(fits(most + 1)).toBe(false);
    }),
  );
});

test("more players never take fewer vCPUs", () => {
  fc.assert(
    fc.property(demand, fc.integer({ min: 1, max: 10_000 }), (given, more) => {
      const asked = { ...inputs(1), ...given };
      expect(vcpusAtPeak({ ...asked, peakPlayers: asked.peakPlayers + more })).toBeGreaterThanOrEqual(
        vcpusAtPeak(asked),
      );
    }),
  );
});

test("the demand is the vCPUs of the nodes at the peak, points at the players, and says what fits", () => {
  const asked = inputs(20_000, { playersPerServer: 50 });
  const [only, ...rest] = gameServersDemands(asked, { production: true });
  expect(rest.map(({ quota, amount }) => [quota, amount])).toEqual([
    ["L-F678F1CE", 1],
    ["L-FE5A380F", 1],
    ["L-0263D0A3", 3],
  ]);
  expect(only).toMatchObject({ quota: "L-1216C47A", amount: vcpusAtPeak(asked), pointer: "/peakPlayers" });
  expect(only?.fitting(0)).toBe("not even one player fits");
  expect(only?.fitting(vcpusAtPeak(inputs(4_000)))).toMatch(/^at most [4-9]\d{3} players fit/);
});

test("the share of spot machines that is said to fit fits, and one percent more does not", () => {
  fc.assert(
    fc.property(demand, fc.integer({ min: 1, max: 90 }), fc.nat(2_000), (given, spotPercent, vcpus) => {
      const asked = { ...inputs(1), ...given, spotPercent };
      const most = spotPercentWithin(asked, vcpus);
      expect(spotVcpus({ ...asked, spotPercent: most })).toBeLessThanOrEqual(vcpus);
      if (most < spotPercent) expect(spotVcpus({ ...asked, spotPercent: most + 1 })).toBeGreaterThan(vcpus);
    }),
  );
});

test("spot machines ask for a quota of their own, and nothing where there are none", () => {
  const demands = gameServersDemands(inputs(20_000, { ...placed, spotPercent: 50 }), { production: true });
  expect(demands.map(({ quota, pointer }) => [quota, pointer])).toEqual([
    ["L-1216C47A", "/peakPlayers"],
    ["L-34B43A08", "/spotPercent"],
  ]);
  expect(demands[1]?.fitting(0)).toBe("at most 0 percent may be spot machines");
  expect(gameServersDemands(inputs(20_000, placed), { production: true })).toHaveLength(1);
});
