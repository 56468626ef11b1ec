import { Plan } from "@pulumi/aws/backup/plan.js";
import { Selection } from "@pulumi/aws/backup/selection.js";
import * as pulumi from "@pulumi/pulumi";
import type { BackupVault } from "../components/backupVault.ts";
import type { ServiceRole } from "../components/serviceRole.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Tier } from "./inputs.ts";
import { type Cadence, type Retention, scheduled, scheduleOf } from "./retention.ts";

export interface BackupTierArgs {
  readonly context: StackContext;
  /** The tier's name; part of its plan's. */
  readonly tierName: string;
  readonly tier: Tier;
  readonly startHourUtc: number;
  readonly vault: BackupVault;
  /** Where each recovery point is copied to. */
  readonly copyVault: BackupVault | undefined;
  readonly role: ServiceRole;
}

/** Minutes in which a backup must begin, and within which it must be done: the night. */
const windows = { startWindow: 60, completionWindow: 480 } as const;

/** One tier: when it is backed up, for how long, and what belongs to it. */
export class BackupTier extends pulumi.ComponentResource {
  readonly planId: pulumi.Output<string>;

  constructor(name: string, args: BackupTierArgs, place: ComponentPlace) {
    const { context, tierName, tier, role } = args;
    super(componentType(context.blueprint, "BackupTier"), name, {}, place);
    const plan = new Plan(
      `${name}-plan`,
      {
        name: context.name("backup", tierName),
        rules: scheduled(tier).map(([cadence, retention]) => rule(args, cadence, retention)),
        tags: context.tags(`${name}-plan`),
      },
      { parent: this },
    );
    new Selection(
      `${name}-selection`,
      {
        name: context.name("backup", tierName),
        planId: plan.id,
        iamRoleArn: role.arn,
        resources: ["*"],
        conditions: [{ stringEquals: conditions(context, tier) }],
      },
      // A role that is not ready yet is refused.
      { parent: this, dependsOn: [role] },
    );
    this.planId = plan.id;
    this.registerOutputs({ planId: this.planId });
  }
}

/** All of the tags, and this environment: an account may hold several. */
function conditions(context: StackContext, { select }: Pick<Tier, "select">) {
  const tags = { ...select, "meridian:environment": context.placement.environment };
  return Object.entries(tags).map(([tag, value]) => ({ key: `aws:ResourceTag/${tag}`, value }));
}

function rule(
  { context, startHourUtc, vault, copyVault, tierName }: BackupTierArgs,
  cadence: Cadence,
  retention: Retention,
) {
  const lifecycle = lifecycleOf(retention);
  return {
    ruleName: cadence,
    targetVaultName: vault.vaultName,
    schedule: scheduleOf(cadence, startHourUtc),
    ...windows,
    lifecycle,
    recoveryPointTags: { ...context.tags(`${tierName}-${cadence}`), "meridian:backup-tier": tierName },
    copyActions: copyVault === undefined ? [] : [{ destinationVaultArn: copyVault.vaultArn, lifecycle }],
  };
}

function lifecycleOf({ keepDays, coldAfterDays }: Retention) {
  if (coldAfterDays === undefined) return { deleteAfter: keepDays };
  // Types that have an archive of their own, such as disks, move only when that is said too.
  return { deleteAfter: keepDays, coldStorageAfter: coldAfterDays, optInToArchiveForSupportedResources: true };
}
