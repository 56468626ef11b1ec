import type { Rule } from "../rule.ts";
import { keepLastRegion } from "./keepLastRegion.ts";
import { keepUsedStacks } from "./keepUsedStacks.ts";
import { leaveBackups } from "./leaveBackups.ts";
import { protectDataStores } from "./protectDataStores.ts";
import { requireNatPerZone } from "./requireNatPerZone.ts";
import { requireTwoZones } from "./requireTwoZones.ts";
import { spareGameEvents } from "./spareGameEvents.ts";

export const reliabilityRules: readonly Rule[] = [
  keepLastRegion,
  keepUsedStacks,
  leaveBackups,
  protectDataStores,
  requireNatPerZone,
  requireTwoZones,
  spareGameEvents,
];
