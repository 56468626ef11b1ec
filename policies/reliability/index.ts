import type { Rule } from "../rule.ts";
import { protectDataStores } from "./protectDataStores.ts";
import { requireNatPerZone } from "./requireNatPerZone.ts";
import { requireTwoZones } from "./requireTwoZones.ts";

export const reliabilityRules: readonly Rule[] = [protectDataStores, requireNatPerZone, requireTwoZones];
