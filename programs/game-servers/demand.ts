import type { Demand } from "./capacity.ts";
import type { GameServersInputs } from "./inputs.ts";
import { siteOf } from "./site.ts";

/** What the inputs ask of machines. */
export function demandOf(inputs: GameServersInputs): Demand {
  return { ...inputs, zones: siteOf(inputs).zones };
}
