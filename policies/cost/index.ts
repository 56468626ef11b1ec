import type { Rule } from "../rule.ts";
import { boundFunctions } from "./boundFunctions.ts";
import { boundLogRetention } from "./boundLogRetention.ts";
import { boundQueries } from "./boundQueries.ts";
import { boundScaling } from "./boundScaling.ts";
import { boundStreams } from "./boundStreams.ts";
import { expireImages } from "./expireImages.ts";
import { expireObjects } from "./expireObjects.ts";
import { fewNatGateways } from "./fewNatGateways.ts";
import { limitFamilies } from "./limitFamilies.ts";
import { limitFleets } from "./limitFleets.ts";
import { limitMonthlyPrice } from "./limitMonthlyPrice.ts";
import { limitStackPrice } from "./limitStackPrice.ts";
import { limitStandingMachines } from "./limitStandingMachines.ts";
import { limitStores } from "./limitStores.ts";
import { noBoughtSpeed } from "./noBoughtSpeed.ts";
import { noFarCopies } from "./noFarCopies.ts";
import { noIdleAddresses } from "./noIdleAddresses.ts";
import { noIdleStandbys } from "./noIdleStandbys.ts";
import { noPreviousGenerations } from "./noPreviousGenerations.ts";
import { preferGeneralVolumes } from "./preferGeneralVolumes.ts";
import { recommendKnownPrices } from "./recommendKnownPrices.ts";
import { recommendTags } from "./recommendTags.ts";
import { requireBudget } from "./requireBudget.ts";
import { requireTags } from "./requireTags.ts";
import { requireTrueEnvironmentTag } from "./requireTrueEnvironmentTag.ts";
import { scaleTables } from "./scaleTables.ts";
import { useGatewayEndpoints } from "./useGatewayEndpoints.ts";
import { useSpot } from "./useSpot.ts";

export const costRules: readonly Rule[] = [
  boundFunctions,
  boundLogRetention,
  boundQueries,
  boundScaling,
  boundStreams,
  expireImages,
  expireObjects,
  fewNatGateways,
  limitFamilies,
  limitFleets,
  limitMonthlyPrice,
  limitStackPrice,
  limitStandingMachines,
  limitStores,
  noBoughtSpeed,
  noFarCopies,
  noIdleAddresses,
  noIdleStandbys,
  noPreviousGenerations,
  preferGeneralVolumes,
  recommendKnownPrices,
  recommendTags,
  requireBudget,
  requireTags,
  requireTrueEnvironmentTag,
  scaleTables,
  useGatewayEndpoints,
  useSpot,
];
