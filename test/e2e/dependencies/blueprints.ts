import { z } from "zod";
import type { Blueprint } from "../../../programs/blueprint.ts";

const open = (name: string) => ({ name, description: "For who builds on it.", secret: false });

const common = {
  version: "1.0.0",
  description: "For tests.",
  folder: new URL("../../api/arena/", import.meta.url),
  load: () => Promise.reject(new Error("the test's runners run this blueprint from their own library")),
} as const;

const ground = z.strictObject({
  label: z.string().default("first"),
  /** Whether the program throws after the network is made. */
  broken: z.boolean().default(false),
});

/** A network; `promised` is described and never given. */
export const groundBlueprint: Blueprint<typeof ground> = {
  ...common,
  name: "ground",
  title: "Ground to build on",
  inputs: ground,
  example: {},
  outputs: [open("vpcId"), open("label"), open("promised"), { ...open("password"), secret: true }],
};

const house = z.strictObject({
  vpcId: z.string().regex(/^vpc-/, "give the id of a network"),
  label: z.string().max(20, "give at most 20 characters").default("plain"),
});

/** A security group in a network that somebody else made. */
export const houseBlueprint: Blueprint<typeof house> = {
  ...common,
  name: "house",
  title: "A house on some ground",
  inputs: house,
  example: { vpcId: "vpc-0123456789abcdef0" },
  outputs: [open("groupId")],
};

export const blueprints = [groundBlueprint, houseBlueprint];
export const digestOf = (name: string) => `sha256:${name}`;
