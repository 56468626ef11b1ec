import { artefactDigest } from "../programs/artefacts/ownArtefact.ts";
import { catalog, isBlueprintName } from "../programs/catalog.ts";
import runConfiguredBlueprint from "../programs/index.ts";
import type { ProgramLibrary } from "./programLibrary.ts";

/** The blueprints of this checkout, run exactly as `pulumi up` runs them. */
export const library: ProgramLibrary = {
  blueprints: Object.keys(catalog.blueprints),
  preload: async () => {
    await Promise.all(Object.values(catalog.blueprints).map((blueprint) => blueprint.load()));
  },
  digestOf: (blueprint) => (isBlueprintName(blueprint) ? artefactDigest(blueprint) : undefined),
  run: runConfiguredBlueprint,
};
