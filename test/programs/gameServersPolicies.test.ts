import { describe, expect, it } from "vitest";
import { judgeResource, judgeStack } from "../../policies/index.ts";
import type { Placement } from "../../programs/blueprint.ts";
import { development, production, recordStack } from "./recordedStack.ts";

/** What the rules say of every resource of a stack, as the backend's gate would ask them. */
async function verdictsOn(inputs: unknown, placement: Placement) {
  const { resources } = await recordStack(inputs, placement);
  const stack = `${placement.stackSet}.${placement.target}.${placement.region}`;
  const judged = resources.map((resource) => ({
    urn: `urn:pulumi:${stack}::meridian::${resource.type}::${resource.name}`,
    id: `${resource.name}-id`,
    type: resource.type,
    name: resource.name,
    inputs: resource.inputs,
    step: "create" as const,
    secrets: resource.secretInputs,
    protect: resource.protect,
  }));
  const context = {
    environment: placement.environment,
    project: "meridian",
    stack,
    stackSet: placement.stackSet,
    phase: "up" as const,
    siblings: (type: string) => judged.filter((resource) => resource.type === type),
  };
  const verdicts = [...judged.flatMap((resource) => judgeResource(resource, context)), ...judgeStack(judged, context)];
  return verdicts.map(({ level, policy, message }) => `${level} ${policy}: ${message}`);
}

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
    expect(await verdictsOn(inputs, placement)).toEqual([]);
  });

  it("refuse a fleet that is too large for development, which the schema lets pass", async () => {
    const verdicts = await verdictsOn({ peakPlayers: 100_000 }, development);
    expect(verdicts.length).toBeGreaterThanOrEqual(2);
    for (const verdict of verdicts) expect(verdict).toMatch(/^mandatory cost-limit-fleets/);
  });
});
