import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { BackupVault, type VaultLock } from "../components/backupVault.ts";
import { Budget } from "../components/budget.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { ServiceRole } from "../components/serviceRole.ts";
import { plainServiceTrust } from "../policyDocument.ts";
import { inRegion, type StartedStack, startStack } from "../stackStart.ts";
import { BackupTier } from "./backupTier.ts";
import type { DataProtectionInputs } from "./inputs.ts";
import { JobNotices, noticesUseKey } from "./jobNotices.ts";
import { JobReports } from "./jobReports.ts";
import type { DataProtectionOutputName } from "./outputs.ts";
import { RestoreTest } from "./restoreTest.ts";
import { keptAtMost, lockBounds, scheduled } from "./retention.ts";
import { alarmPlans, longestGapHours } from "./watch.ts";

const blueprint = "data-protection";

/** What AWS Backup needs to back up and restore, which AWS itself keeps up to date with the services it covers. */
const managedPolicies = [
  "service-role/AWSBackupServiceRolePolicyForBackup",
  "service-role/AWSBackupServiceRolePolicyForRestores",
  "AWSBackupServiceRolePolicyForS3Backup",
  "AWSBackupServiceRolePolicyForS3Restore",
] as const;

/** Declares the backups of one region. Must run inside a Pulumi program. */
export async function dataProtection(
  inputs: DataProtectionInputs,
  placement: Placement,
): Promise<Record<DataProtectionOutputName, unknown>> {
  const { deletionProtection, startHourUtc, tiers } = inputs;
  const stack = await startStack({ blueprint, component: "DataProtection", placement, deletionProtection });
  const { place, context } = stack;
  const lock = lockOf(inputs, placement);
  const key = new EncryptionKey("encryption", { context, statements: [noticesUseKey(context)] }, place);
  const vault = new BackupVault("vault", { context, role: "backups", keyArn: key.arn, lock }, place);
  const copyRegion = inputs.copyRegions[placement.region];
  const copyVault = copyRegion === undefined ? undefined : declareCopyVault(stack, copyRegion, lock);
  const role = new ServiceRole(
    "backup",
    {
      context,
      role: "backup",
      description: "Backs up and restores",
      trust: plainServiceTrust("backup.amazonaws.com"),
      managedPolicies,
    },
    place,
  );
  const plans = Object.entries(tiers).map(([tierName, tier]) => {
    const args = { context, tierName, tier, startHourUtc, vault, copyVault, role };
    return [tierName, new BackupTier(`tier-${tierName}`, args, place).planId] as const;
  });
  const types = inputs.restoreTests;
  const test =
    types.length === 0
      ? undefined
      : new RestoreTest("restore-test", { context, types, startHourUtc, vault, role }, place);
  const { alarmEmail: email } = inputs;
  const notices = new JobNotices("notices", { context, keyArn: key.arn, email, vault }, place);
  const reports = new JobReports("reports", { context, retentionDays: inputs.reportRetentionDays }, place);
  const alarms = new Alarms(
    "alarms",
    { context, keyArn: key.arn, email, alarms: alarmPlans(vault.vaultName, longestGapHours(Object.values(tiers))) },
    place,
  );
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn }, place);

  return {
    vaultName: vault.vaultName,
    vaultArn: vault.vaultArn,
    copyRegion: copyRegion ?? "",
    copyVaultArn: copyVault?.vaultArn ?? "",
    planIds: Object.fromEntries(plans),
    keptPerResource: keptPerResource(tiers),
    restoreTestName: test?.testName ?? "",
    reportBucketName: reports.bucketName,
    roleArn: role.arn,
    keyArn: key.arn,
    failureTopicArn: notices.topicArn,
    alarmTopicArn: alarms.topicArn,
  };
}

/** The vault of the copies has a key of its own region: one key cannot be used in two. */
function declareCopyVault(stack: StartedStack, region: string, lock: VaultLock | undefined): BackupVault {
  const { context, place } = inRegion(stack, { region, purpose: "copies" });
  const key = new EncryptionKey("copy-encryption", { context, role: "copies" }, place);
  return new BackupVault("copy-vault", { context, role: "copies", keyArn: key.arn, lock }, place);
}

function lockOf({ lock, tiers }: DataProtectionInputs, { environment }: Placement): VaultLock | undefined {
  const { mode, graceDays } = lock ?? { mode: environment === "production" ? "governance" : "none" };
  const bounds = lockBounds(Object.values(tiers));
  if (mode === "none" || bounds === undefined) return undefined;
  const retention = { minRetentionDays: bounds.min, maxRetentionDays: bounds.max };
  return graceDays === undefined ? retention : { ...retention, changeableForDays: graceDays };
}

function keptPerResource(tiers: DataProtectionInputs["tiers"]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(tiers).map(([name, tier]) => [
      name,
      scheduled(tier).reduce((sum, [cadence, retention]) => sum + keptAtMost(cadence, retention), 0),
    ]),
  );
}
