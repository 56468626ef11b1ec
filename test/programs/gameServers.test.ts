import { describe, expect, it } from "vitest";
import { gameServersOutputs } from "../../programs/game-servers/outputs.ts";
import { recordStack } from "./recordedStack.ts";

describe("the blueprint game-servers", () => {
  it("places every resource in a component, and every component below the one root", async () => {
    const { resources } = await recordStack();
    const orphans = resources.filter(({ parentType }) => parentType === "");
    expect(orphans.map(({ type }) => type)).toEqual(["meridian:game-servers:GameServers"]);
    const children = resources.filter(({ parentType }) => parentType !== "");
    expect(children.length).toBeGreaterThan(150);
    for (const { parentType } of children) expect(parentType).toMatch(/^meridian:game-servers:[A-Z]\w+$/);
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
