import { describe, expect, it } from "vitest";
import { development, production, recordAnew } from "../recordedStack.ts";
import { recordStack } from "./recordStack.ts";

const digest = `@sha256:${"b".repeat(64)}`;

describe("an image named by a tag alone", () => {
  it.each(["image", "blueImage", "greenImage", "relayImage"])(
    "is refused in production as %s, before anything is asked for",
    async (input) => {
      const inputs = { [input]: "registry.example.com/game/server:1.4.2" };
      const refused = recordAnew({ blueprint: "game-servers", inputs, placement: production });
      await expect(refused).rejects.toThrow(`/${input}: name registry.example.com/game/server:1.4.2 by its digest`);
    },
  );

  it("runs in production where someone says so, and outside it without a word", async () => {
    const inputs = { image: "registry.example.com/game/server:1.4.2" };
    const images = async (placement: typeof development, more = {}) => {
      const { resources } = await recordStack({ ...inputs, ...more }, placement);
      return resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment").length;
    };
    expect(await images(production, { requireDigest: false })).toBe(6);
    expect(await images(development)).toBe(6);
  });
});

it("an image named by its digest runs in production as it is named", async () => {
  const { resources } = await recordStack({ image: `registry.example.com/game/server${digest}` }, production);
  const session = resources.find(({ name }) => name === "session-blue-deployment");
  expect(JSON.stringify(session?.inputs["spec"])).toContain(`registry.example.com/game/server${digest}`);
});
