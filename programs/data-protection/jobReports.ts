import { ReportPlan } from "@pulumi/aws/backup/reportPlan.js";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../components/privateBucket.ts";
import type { Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { underscored } from "./underscored.ts";

export interface JobReportsArgs {
  readonly context: StackContext;
  readonly retentionDays: number;
}

const kinds = { backups: "BACKUP_JOB_REPORT", copies: "COPY_JOB_REPORT", restores: "RESTORE_JOB_REPORT" } as const;
const bucketRole = "backup-reports";

/**
 * What was backed up, copied and restored, each day, in a bucket: the account's jobs in this region, those of other stacks too.
 * The bucket is under S3's own key: the role that writes exists only once a report plan does, so no key could name it.
 */
export class JobReports extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, { context, retentionDays }: JobReportsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "JobReports"), name, {}, place);
    const plans = Object.entries(kinds).map(
      ([kind, reportTemplate]) =>
        new ReportPlan(
          `${name}-${kind}`,
          {
            name: underscored(context.name("other", kind)),
            // By name, not by the bucket: its policy names the writer's role, which the cloud makes along with the first plan.
            reportDeliveryChannel: { s3BucketName: context.name("bucket", bucketRole), formats: ["CSV"] },
            reportSetting: { reportTemplate },
            tags: context.tags(`${name}-${kind}`),
          },
          { parent: this },
        ),
    );
    const planned = pulumi.all(plans.map(({ arn }) => arn));
    const bucket = new PrivateBucket(
      `${name}-bucket`,
      {
        context,
        role: bucketRole,
        expiry: [{ prefix: "", days: retentionDays }],
        statements: (bucketArn) => [writerWrites(context, bucketArn, planned)],
      },
      { ...place, parent: this },
    );
    this.bucketName = bucket.bucketName;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

/** Source: AWS Backup developer guide, "Creating report plans". */
function writerWrites(
  { partition, accountId }: StackContext,
  bucketArn: pulumi.Output<string>,
  planned: pulumi.Output<unknown>,
): Statement {
  const role = "role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports";
  return {
    Sid: "BackupReports",
    Effect: "Allow",
    Principal: { AWS: planned.apply(() => `arn:${partition.name}:iam::${accountId}:${role}`) },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${bucketArn}/*`,
    Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
  };
}
