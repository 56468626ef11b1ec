import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convergence, leastBakeMinutes } from "../../../programs/game-servers/bake.ts";
import { isMixed, leadingColour, splitOf } from "../../../programs/servers/split.ts";
import { recordStack } from "./recordStack.ts";

const weights = async (inputs: unknown) => {
  const { resources } = await recordStack(inputs);
  const listener = resources.find(({ name }) => name === "door-lobby");
  const rule = resources.find(({ name }) => name === "door-api");
  // As declared in frontDoor.ts.
  return [listener?.inputs["defaultActions"], rule?.inputs["actions"]] as {
    forward: { targetGroups: { arn: string; weight: number }[]; stickiness?: { enabled: boolean; duration: number } };
  }[][];
};

describe("the share of green", () => {
  it("and that of blue are all players, whichever way it is said", () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), (greenPercent) => {
        const split = splitOf({ activeColour: undefined, greenPercent });
        expect(split.blue + split.green).toBe(100);
        expect(split.green).toBe(greenPercent ?? 0);
        expect(split[leadingColour(split)]).toBeGreaterThanOrEqual(50);
        expect(isMixed(split)).toBe(split.blue * split.green > 0);
      }),
    );
    expect(splitOf({ activeColour: "green", greenPercent: undefined })).toEqual({ blue: 0, green: 100 });
  });

  it("is the listener's weights for lobby and API alike, and a player stays with the colour that was met", async () => {
    const actions = await weights({ greenPercent: 25 });
    expect(actions).toHaveLength(2);
    for (const [action] of actions) {
      expect(action?.forward.targetGroups.map(({ weight }) => weight)).toEqual([75, 25]);
      expect(action?.forward.stickiness).toEqual({ enabled: true, duration: 3600 });
    }
  });

  it.each([0, 100])(
    "of %i %% holds for everyone at once: nobody stays with the colour that was met",
    async (greenPercent) => {
      for (const [action] of await weights({ greenPercent })) {
        expect(action?.forward.targetGroups.map(({ weight }) => weight)).toEqual([100 - greenPercent, greenPercent]);
        expect(action?.forward.stickiness).toBeUndefined();
      }
    },
  );

  it("is said to lobbies, which place new sessions by it, and its servers stand ready", async () => {
    const { resources, outputs } = await recordStack({ greenPercent: 40, peakPlayers: 10_000 });
    const config = resources.find(({ name }) => name === "session-placement-config");
    expect(config?.inputs["data"]).toEqual({ activeColour: "blue", greenPercent: "40" });
    const least = (name: string) => {
      const scaler = resources.find((resource) => resource.name === `${name}-autoscaler`);
      return (scaler?.inputs["spec"] as { minReplicas: number } | undefined)?.minReplicas; // as declared in serverFleet.ts
    };
    expect([least("session-blue"), least("session-green")]).toEqual([24, 16]);
    expect([least("lobby-blue"), least("lobby-green")]).toEqual([2, 2]);
    expect(outputs).toMatchObject({ activeColour: "blue", greenPercent: 40, bakeMinutes: 15 });
  });
});

describe("the shortest bake", () => {
  it("is what the balancer needs to settle for everyone, and the minutes that an alarm judges after that", () => {
    expect(convergence).toEqual({ dns: 60, healthChecks: 20, draining: 60, metrics: 60 });
    expect(leastBakeMinutes()).toBe(9);
  });

  it("grows with each of them, and is never shorter than all of them", () => {
    const seconds = fc.integer({ min: 0, max: 900 });
    fc.assert(
      fc.property(fc.record({ dns: seconds, healthChecks: seconds, draining: seconds, metrics: seconds }), (waits) => {
        const all = waits.dns + waits.healthChecks + waits.draining + waits.metrics;
        expect(leastBakeMinutes(waits) * 60).toBeGreaterThanOrEqual(all + 300);
        expect(leastBakeMinutes(waits) * 60).toBeLessThan(all + 360);
      }),
    );
  });

  it("covers the settings of the front door that it is built on", async () => {
    const { resources } = await recordStack();
    const lobby = resources.find(({ name }) => name === "door-lobby-blue");
    const check = lobby?.inputs["healthCheck"] as { interval: number; healthyThreshold: number }; // as declared in frontDoor.ts
    expect(check.interval * check.healthyThreshold).toBe(convergence.healthChecks);
    expect(lobby?.inputs["deregistrationDelay"]).toBe(convergence.draining);
  });
});
