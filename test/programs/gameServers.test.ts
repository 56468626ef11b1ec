import { describe, expect, it } from "vitest";
import { gameServersOutputs } from "../../programs/game-servers/outputs.ts";
import { recordStack } from "./recordedStack.ts";

describe("the blueprint game-servers", () => {
  it("places every resource below the one root component", async () => {
    const { resources } = await recordStack();
    const orphans = resources.filter(({ parent }) => parent === "");
    expect(orphans.map(({ type }) => type)).toEqual(["meridian:game-servers:GameServers"]);
    const custom = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
    expect(custom.length).toBeGreaterThan(50);
    for (const { qualifiedType } of custom) {
      expect(qualifiedType).toMatch(/^meridian:game-servers:GameServers\$meridian:game-servers:[A-Z]\w+\$/);
    }
  });

  it("answers exactly the outputs that the catalog names, and marks the secret ones", async () => {
    const { outputs, secretOutputs } = await recordStack();
    expect(Object.keys(outputs).sort()).toEqual(gameServersOutputs.map(({ name }) => name).sort());
    expect([...secretOutputs].sort()).toEqual(
      gameServersOutputs
        .filter(({ secret }) => secret)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
