import { describe, expect, it } from "vitest";
import { development, production } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";

const blueprint = "game-servers";
const certificates = { "eu-west-1": "arn:aws:acm:eu-west-1:210987654321:certificate/0a1b" };

describe("the rules", () => {
  it.each([
    ["default inputs in development", {}, development],
    ["default inputs in staging", {}, { ...development, environment: "staging" } as const],
    ["default inputs in production", {}, production],
    ["direct connections and a public front door in production", { connection: "direct", certificates }, production],
    [
      "a game open to the world",
      { playerCidrs: ["0.0.0.0/0"], certificates, peakPlayers: 200_000, instanceSize: "12xlarge" },
      production,
    ],
  ])("have nothing to say of %s", async (_, inputs, placement) => {
    expect(await verdictsOn({ blueprint, inputs, placement })).toEqual([]);
  });

  it("refuse a fleet that is too large for development, which the schema lets pass", async () => {
    const verdicts = await verdictsOn({ blueprint, inputs: { peakPlayers: 100_000 } });
    expect(verdicts.length).toBeGreaterThanOrEqual(2);
    for (const verdict of verdicts)
      expect(verdict).toMatch(
        /^mandatory (cost-limit-(fleets|monthly-price|stack-price)|kubernetes-bound-autoscalers)/,
      );
  });
});
