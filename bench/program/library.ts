import type { ProgramLibrary } from "../../runner/programLibrary.ts";
import { BLUEPRINT, BLUEPRINT_DIGEST } from "./blueprint.ts";
import { readMeasuredStack } from "./measuredStack.ts";
import { declareNetworks } from "./networks.ts";

/** The library of the runners of the measured service. */
export const library: ProgramLibrary = {
  blueprints: [BLUEPRINT],
  preload: () => Promise.resolve(), // importing this module has loaded the SDK already
  digestOf: (blueprint) => (blueprint === BLUEPRINT ? BLUEPRINT_DIGEST : undefined),
  run: () => Promise.resolve(declareNetworks(readMeasuredStack())),
};
