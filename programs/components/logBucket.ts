import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { arn, onlyOverTls, policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface LogBucketArgs {
  readonly context: StackContext;
  readonly retentionDays: number;
  /** Who writes into it. Left out: load balancers. */
  readonly writers?: LogWriters;
  /** Whether an accelerator writes its flow logs here too. */
  readonly flowLogs?: boolean;
}

type LogWriters = "load-balancers" | "buckets";

/** Days an overwritten or deleted log can still be brought back. */
const noncurrentDays = 7;
/** After how many days logs move to a cheaper class, which S3 allows from 30 days on (S3 user guide, lifecycle transitions). */
const infrequentAfterDays = 30;

/** Where load balancers, or other buckets, write their access logs, and an accelerator its flow logs. */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, place: ComponentPlace) {
    const { context, retentionDays, writers = "load-balancers", flowLogs = false } = args;
    super(componentType(context.blueprint, "LogBucket"), name, {}, place);
    const child = { parent: this };
    const bucket = new Bucket(
      `${name}-bucket`,
      {
        bucket: context.name("bucket", "logs"),
        forceDestroy: !context.production,
        tags: context.storeTags(`${name}-bucket`),
      },
      child,
    );
    const closed = new BucketPublicAccessBlock(
      `${name}-private`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    new BucketVersioning(
      `${name}-versions`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    // S3's own key: neither application load balancers nor S3 write access logs to a bucket under a key of ours
    // (Elastic Load Balancing user guide, "Enable access logs"; Amazon S3 user guide, "Enabling server access logging").
    new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      child,
    );
    new BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: bucket.id, rules: [lifecycleRule(retentionDays)] },
      child,
    );
    // After the block: both change the bucket's policy status, and S3 refuses the second of two at once.
    new BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policy: policyDocument([
          ...bucketStatements(context, bucket.arn, writers),
          ...(flowLogs ? flowLogStatements(context, bucket.arn) : []),
        ]),
      },
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = bucket.id;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

function lifecycleRule(retentionDays: number) {
  const cheaper = [{ days: infrequentAfterDays, storageClass: "STANDARD_IA" }];
  return {
    id: "expire-logs",
    status: "Enabled",
    filter: { prefix: "" },
    ...(retentionDays > infrequentAfterDays ? { transitions: cheaper } : {}),
    expiration: { days: retentionDays },
    noncurrentVersionExpiration: { noncurrentDays },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
}

function bucketStatements(
  context: StackContext,
  bucketArn: pulumi.Output<string>,
  writers: LogWriters,
): readonly Statement[] {
  const objects = pulumi.interpolate`${bucketArn}/*`;
  return [
    onlyOverTls("s3", [bucketArn, objects]),
    { Effect: "Allow", Action: "s3:PutObject", Resource: objects, ...writerOf(context, writers) },
  ];
}

/** The service that delivers the logs, and on whose behalf it may. */
function writerOf(context: StackContext, writers: LogWriters): Pick<Statement, "Sid" | "Principal" | "Condition"> {
  if (writers === "buckets") {
    return {
      Sid: "BucketsWrite",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
    };
  }
  return {
    Sid: "LoadBalancersWrite",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Condition: { ArnLike: { "aws:SourceArn": arn(context, "elasticloadbalancing", "loadbalancer/*") } },
  };
}

/** Source: Global Accelerator developer guide, "Flow logs in AWS Global Accelerator". */
function flowLogStatements(context: StackContext, bucketArn: pulumi.Output<string>): readonly Statement[] {
  const onBehalf = { StringEquals: { "aws:SourceAccount": context.accountId } };
  const deliverer = { Service: "delivery.logs.amazonaws.com" };
  return [
    {
      Sid: "FlowLogsWrite",
      Effect: "Allow",
      Principal: deliverer,
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${bucketArn}/*`,
      Condition: onBehalf,
    },
    {
      Sid: "FlowLogsLook",
      Effect: "Allow",
      Principal: deliverer,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: onBehalf,
    },
  ];
}
