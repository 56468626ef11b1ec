import type { Blueprint } from "../../programs/blueprint.ts";
import { measuredInputs } from "./measuredInputs.ts";

export const BLUEPRINT = "measured";

/** Of the benchmark's own program; stands for an artefact's digest, which only has to agree at both ends. */
export const BLUEPRINT_DIGEST = "sha256:measured";

/** The measured program as the service sees a blueprint. */
export const measuredBlueprint: Blueprint<typeof measuredInputs> = {
  name: BLUEPRINT,
  version: "1.0.0",
  title: "Networks to measure with",
  description: "As many resources as asked for, of types that rules judge.",
  inputs: measuredInputs,
  outputs: [],
  example: { resources: 20, generation: 1 },
  folder: new URL("./", import.meta.url),
  load: () => Promise.reject(new Error("the benchmark's runners run this blueprint from their own library")),
};
