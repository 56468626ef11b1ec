import { RestoreTestingPlan } from "@pulumi/aws/backup/restoreTestingPlan.js";
import { RestoreTestingSelection } from "@pulumi/aws/backup/restoreTestingSelection.js";
import * as pulumi from "@pulumi/pulumi";
import type { BackupVault } from "../components/backupVault.ts";
import type { ServiceRole } from "../components/serviceRole.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { underscored } from "./underscored.ts";

export interface RestoreTestArgs {
  readonly context: StackContext;
  readonly types: readonly string[];
  readonly startHourUtc: number;
  readonly vault: BackupVault;
  readonly role: ServiceRole;
}

/** Hours that a restored thing stays, so that someone can look at it. */
const validationWindowHours = 24;

/** On the first Monday of each month the latest recovery point of each resource is restored. What was restored is deleted a day later. */
export class RestoreTest extends pulumi.ComponentResource {
  readonly testName: pulumi.Output<string>;

  constructor(name: string, args: RestoreTestArgs, place: ComponentPlace) {
    const { context, types, startHourUtc, vault, role } = args;
    super(componentType(context.blueprint, "RestoreTest"), name, {}, place);
    const plan = new RestoreTestingPlan(
      `${name}-plan`,
      {
        name: underscored(context.name("backup", "restore")),
        scheduleExpression: `cron(0 ${startHourUtc} ? * 2#1 *)`,
        recoveryPointSelection: {
          algorithm: "LATEST_WITHIN_WINDOW",
          includeVaults: [vault.vaultArn],
          recoveryPointTypes: ["SNAPSHOT"],
          selectionWindowDays: 31,
        },
        tags: context.tags(`${name}-plan`),
      },
      { parent: this },
    );
    for (const type of types) {
      new RestoreTestingSelection(
        `${name}-${type}`,
        {
          name: type,
          restoreTestingPlanName: plan.name,
          protectedResourceType: type,
          // The vault has nothing but what the plans took.
          protectedResourceArns: ["*"],
          iamRoleArn: role.arn,
          validationWindowHours,
        },
        { parent: this, dependsOn: [role] },
      );
    }
    this.testName = plan.name;
    this.registerOutputs({ testName: this.testName });
  }
}
