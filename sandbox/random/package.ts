import type { ProviderPackage } from "../model/package.ts";
import { randomModels } from "./models.ts";

/** The package `random`. It has no cloud: nothing is kept here, and its values live in the engine's state. */
export const randomPackage: ProviderPackage = {
  name: "random",
  models: randomModels,
  invokes: [],
  check: () => [],
  replacing: [],
  configure: () => ({
    package: "random",
    defaultTags: {},
    place: () => ({ account: "", region: "" }),
  }),
};
