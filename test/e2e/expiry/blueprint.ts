import { z } from "zod";
import type { Blueprint } from "../../../programs/blueprint.ts";

const inputs = z.strictObject({
  /** Names of security groups that let the whole world in by SSH. */
  doors: z.array(z.string()),
});

export const BLUEPRINT = "doors";
/** Stands for an artefact's digest, which only has to agree at both ends. */
export const BLUEPRINT_DIGEST = "sha256:doors";

/** A network, and doors that a rule forbids. */
export const doorsBlueprint: Blueprint<typeof inputs> = {
  name: BLUEPRINT,
  version: "1.0.0",
  title: "Doors that stand open",
  description: "For tests.",
  inputs,
  outputs: [],
  example: { doors: [] },
  folder: new URL("../../api/arena/", import.meta.url),
  load: () => Promise.reject(new Error("the test's runners run this blueprint from their own library")),
};
