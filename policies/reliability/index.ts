import type { Rule } from "../rule.ts";
import { answerAlarms } from "./answerAlarms.ts";
import { backUpFileSystems } from "./backUpFileSystems.ts";
import { checkRoutes } from "./checkRoutes.ts";
import { checkTargets } from "./checkTargets.ts";
import { keepClusterMembers } from "./keepClusterMembers.ts";
import { keepDatabaseBackups } from "./keepDatabaseBackups.ts";
import { keepLastRegion } from "./keepLastRegion.ts";
import { keepStreams } from "./keepStreams.ts";
import { keepTwoRunning } from "./keepTwoRunning.ts";
import { keepUndelivered } from "./keepUndelivered.ts";
import { keepUnprocessed } from "./keepUnprocessed.ts";
import { keepUsedStacks } from "./keepUsedStacks.ts";
import { leaveBackups } from "./leaveBackups.ts";
import { outlastReaders } from "./outlastReaders.ts";
import { protectDataStores } from "./protectDataStores.ts";
import { protectFromDeletion } from "./protectFromDeletion.ts";
import { recoverTables } from "./recoverTables.ts";
import { renewCertificates } from "./renewCertificates.ts";
import { requireNatPerZone } from "./requireNatPerZone.ts";
import { requireTwoZones } from "./requireTwoZones.ts";
import { rollBackServices } from "./rollBackServices.ts";
import { spareGameEvents } from "./spareGameEvents.ts";
import { spreadMachines } from "./spreadMachines.ts";
import { standByInOtherZones } from "./standByInOtherZones.ts";
import { supportedClusters } from "./supportedClusters.ts";
import { takeFinalSnapshots } from "./takeFinalSnapshots.ts";
import { useBackupPlans } from "./useBackupPlans.ts";
import { versionProtectedBuckets } from "./versionProtectedBuckets.ts";

export const reliabilityRules: readonly Rule[] = [
  answerAlarms,
  backUpFileSystems,
  checkRoutes,
  checkTargets,
  keepClusterMembers,
  keepDatabaseBackups,
  keepLastRegion,
  keepStreams,
  keepTwoRunning,
  keepUndelivered,
  keepUnprocessed,
  keepUsedStacks,
  leaveBackups,
  outlastReaders,
  protectDataStores,
  protectFromDeletion,
  recoverTables,
  renewCertificates,
  requireNatPerZone,
  requireTwoZones,
  rollBackServices,
  spareGameEvents,
  spreadMachines,
  standByInOtherZones,
  supportedClusters,
  takeFinalSnapshots,
  useBackupPlans,
  versionProtectedBuckets,
];
