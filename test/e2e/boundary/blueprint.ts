import { z } from "zod";
import type { Blueprint } from "../../../programs/blueprint.ts";

export const BLUEPRINT = "boundary";
export const BLUEPRINT_DIGEST = "sha256:boundary";

const inputs = z.strictObject({
  /** Another one replaces what is named in `replaced`. */
  generation: z.int().positive(),
});

/** What is killed at each boundary, as the service sees a blueprint. */
export const boundaryBlueprint: Blueprint<typeof inputs> = {
  name: BLUEPRINT,
  version: "1.0.0",
  title: "A little of everything",
  description: "Things that are found by tag, by name, by what they stand in, and things that are in no cloud.",
  inputs,
  outputs: [],
  example: { generation: 1 },
  folder: new URL("../../api/arena/", import.meta.url),
  load: () => Promise.reject(new Error("the test's runners run this blueprint from their own library")),
};

/** Names in the program of what the cloud is asked to make. */
export const made = [
  "network",
  "subnet",
  "address",
  "role",
  "logs",
  "board",
  "policy",
  "secret",
  "secret-value",
  "routes",
  "association",
  "group",
  "rule",
  "suffix",
] as const;

/** Those that another generation replaces: made anew first, except the association, which is deleted first. */
export const replaced = ["subnet", "association", "role", "policy", "logs", "board", "secret-value", "suffix"] as const;
