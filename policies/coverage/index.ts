import type { Framework } from "../frameworks.ts";
import type { CoveredControl } from "./coveredControl.ts";
import { pss } from "./pss.ts";
import { wellArchitected } from "./wellArchitected.ts";

/** The controls that concern what programs make, by framework. */
export const coverage: Partial<Readonly<Record<Framework, readonly CoveredControl[]>>> = {
  pss,
  wellArchitected,
};
