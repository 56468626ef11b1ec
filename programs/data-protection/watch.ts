import type * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../components/alarms.ts";
import { daysBetween, type Schedules, scheduled } from "./retention.ts";

/** The furthest an alarm looks back, in hours: a week (CloudWatch API reference, PutMetricAlarm). */
const furthestHours = 7 * 24;
/** A backup that begins an hour late, and takes the night, is no reason to ring. */
const patienceHours = 12;

/** How long a healthy vault may go without a completed backup, in hours; undefined where an alarm cannot look back so far. */
export function longestGapHours(tiers: readonly Schedules[]): number | undefined {
  const days = tiers.flatMap((tier) => scheduled(tier).map(([cadence]) => daysBetween[cadence]));
  const hours = Math.min(...days) * 24 + patienceHours;
  return hours > furthestHours ? undefined : hours;
}

/**
 * What a person must hear of, beside the notices of single jobs. Source of the metrics: AWS Backup developer guide, "AWS Backup metrics with
 * CloudWatch".
 */
export function alarmPlans(vaultName: pulumi.Input<string>, gapHours: number | undefined): readonly AlarmPlan[] {
  const ofVault = { namespace: "AWS/Backup", dimensions: { BackupVaultName: vaultName }, statistic: "Sum" } as const;
  const counted = { ...ofVault, when: "above", threshold: 0, minutes: 1, missing: "notBreaching" } as const;
  return [
    {
      ...counted,
      role: "backups-failed",
      description: "A backup job failed: something has no recovery point of this night",
      metric: "NumberOfBackupJobsFailed",
    },
    {
      ...counted,
      role: "backups-expired",
      description: "A backup job did not begin in time: something has no recovery point of this night",
      metric: "NumberOfBackupJobsExpired",
    },
    ...(gapHours === undefined
      ? []
      : [
          {
            ...ofVault,
            role: "backups-absent",
            description: "No backup was completed: the plans select nothing, or nothing works",
            metric: "NumberOfBackupJobsCompleted",
            when: "below",
            threshold: 1,
            minutes: 1,
            hours: gapHours,
            // A silent plan says nothing at all: that is what this is for.
            missing: "breaching",
          } as const,
        ]),
  ];
}
