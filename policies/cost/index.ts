import type { Rule } from "../rule.ts";
import { limitFleets } from "./limitFleets.ts";
import { limitMonthlyPrice } from "./limitMonthlyPrice.ts";
import { limitStackPrice } from "./limitStackPrice.ts";
import { recommendKnownPrices } from "./recommendKnownPrices.ts";
import { recommendTags } from "./recommendTags.ts";
import { requireTags } from "./requireTags.ts";
import { requireTrueEnvironmentTag } from "./requireTrueEnvironmentTag.ts";

export const costRules: readonly Rule[] = [
  limitFleets,
  limitMonthlyPrice,
  limitStackPrice,
  recommendKnownPrices,
  recommendTags,
  requireTags,
  requireTrueEnvironmentTag,
];
