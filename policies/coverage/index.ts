import type { Framework } from "../frameworks.ts";
import { cis } from "./cis.ts";
import type { CoveredControl } from "./coveredControl.ts";
import { fsbp } from "./fsbp.ts";
import { nist } from "./nist.ts";
import { pss } from "./pss.ts";
import { wellArchitected } from "./wellArchitected.ts";

/** The controls that concern what programs make, by framework. */
export const coverage: Partial<Readonly<Record<Framework, readonly CoveredControl[]>>> = {
  cis,
  fsbp,
  nist,
  pss,
  wellArchitected,
};
