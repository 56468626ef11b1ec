import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const dataProtectionOutputs = [
  open("vaultName", "The vault of this region's recovery points."),
  open("vaultArn", "Its ARN."),
  open("copyRegion", "Where recovery points are copied to; empty without copies."),
  open("copyVaultArn", "The vault there; empty without copies."),
  open("planIds", "By tier, the backup plan."),
  open("keptPerResource", "By tier, how many recovery points of one resource are kept at most."),
  open("restoreTestName", "The restore testing plan; empty without restore tests."),
  open("reportBucketName", "The bucket of reports on backup and restore jobs."),
  open("roleArn", "The role that backs up and restores."),
  open("keyArn", "The key of this region's recovery points."),
  open("failureTopicArn", "The topic that hears of each job that ends; mail is sent of those that did not complete."),
  open("alarmTopicArn", "The topic on which alarms and budget speak."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type DataProtectionOutputName = (typeof dataProtectionOutputs)[number]["name"];
