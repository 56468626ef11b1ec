import { type BlueprintName, catalog } from "../../programs/catalog.ts";
import { quietPromises } from "../../programs/quietPromises.ts";
import { development, recordBlueprint } from "../../test/programs/recordedStack.ts";
import { type Recording, STACK_SET } from "./recording.ts";

/**
 * Process entry, with a channel: runs each blueprint of the catalog with its example against registrations that are answered at once, and
 * sends a `Recording` of each. It ends with its parent.
 */
quietPromises();
const recordings: Recording[] = [];
for (const blueprint of Object.keys(catalog.blueprints) as BlueprintName[]) {
  // The catalog's own keys, as the cast above says.
  const { resources } = await recordBlueprint({ blueprint, placement: { ...development, stackSet: STACK_SET } });
  const custom = resources.filter((resource) => resource.custom);
  recordings.push({
    blueprint,
    resources: custom.map(({ urn, type, name, inputs, secretInputs, inputSources, protect }) => ({
      ...{ urn, type, name, inputs, protect },
      secrets: secretInputs,
      propertyDependencies: inputSources,
    })),
  });
}
// It is ended by its parent: who leaves before all of a large message is read takes the rest along.
process.send?.(recordings);
process.once("disconnect", () => process.exit());
