import { type BlueprintName, catalog } from "../../programs/catalog.ts";
import { quietPromises } from "../../programs/quietPromises.ts";
import { recordAnew } from "../../test/programs/recordedStack.ts";

/** How long a blueprint's program runs where nothing is waited for. */
export interface ProgramTimes {
  readonly blueprint: string;
  readonly resources: number;
  readonly ms: readonly number[];
}

/**
 * Process entry, with a channel: runs each blueprint of the catalog with its example against registrations that are answered at once, as a
 * warm runner would run it, and sends `ProgramTimes`. Recording what was registered is counted in.
 */
const WARM = 2;
const ROUNDS = 5;

quietPromises();
const times: ProgramTimes[] = [];
for (const blueprint of Object.keys(catalog.blueprints) as BlueprintName[]) {
  // The catalog's own keys, as the cast above says.
  const ms: number[] = [];
  let resources = 0;
  for (let round = 0; round < WARM + ROUNDS; round += 1) {
    const begun = performance.now();
    resources = (await recordAnew({ blueprint })).resources.length;
    if (round >= WARM) ms.push(performance.now() - begun);
  }
  times.push({ blueprint, resources, ms });
}
process.send?.(times);
process.disconnect();
