import type { Rule } from "../rule.ts";
import { limitFleets } from "./limitFleets.ts";
import { recommendTags } from "./recommendTags.ts";
import { requireTags } from "./requireTags.ts";
import { requireTrueEnvironmentTag } from "./requireTrueEnvironmentTag.ts";

export const costRules: readonly Rule[] = [limitFleets, recommendTags, requireTags, requireTrueEnvironmentTag];
