import { costRules } from "./cost/index.ts";
import type { Pack } from "./judge.ts";
import { kubernetesRules } from "./kubernetes/index.ts";
import manifest from "./package.json" with { type: "json" };
import { reliabilityRules } from "./reliability/index.ts";
import { securityRules } from "./security/index.ts";

/** Every rule there is. A rule that is in no room's list judges nothing. */
export const pack: Pack = {
  name: "meridian",
  version: manifest.version,
  rules: [...securityRules, ...costRules, ...reliabilityRules, ...kubernetesRules],
};
