import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { Canary } from "@pulumi/aws/synthetics/canary.js";
import * as pulumi from "@pulumi/pulumi";
import { LogBucket } from "../components/logBucket.ts";
import { PrivateBucket } from "../components/privateBucket.ts";
import { ServiceRole } from "../components/serviceRole.ts";
import { arn, plainServiceTrust, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { canaryHandler, canaryScript, canaryScriptPath, canaryStartSeconds } from "./canaryScript.ts";
import type { ObservabilityInputs } from "./inputs.ts";

export interface CanariesArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly canaries: ObservabilityInputs["canaries"];
  readonly runtime: string;
  /** Of the record of who reached the results. */
  readonly retentionDays: number;
}

/** Days for which the results of a visit are kept. */
const resultDays = { failed: 31, succeeded: 7 } as const;
const resultExpiry = { prefix: "results/", days: resultDays.failed } as const;

/** Visits from outside: a role that may do just that, a bucket for what they saw, and one canary an address. */
export class Canaries extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly names: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: CanariesArgs, place: ComponentPlace) {
    const { context, keyArn, canaries, retentionDays } = args;
    super(componentType(context.blueprint, "Canaries"), name, {}, place);
    const here = { parent: this, providers: place.providers };
    const access = new LogBucket(`${name}-access`, { context, retentionDays, writers: "buckets" }, here);
    const bucket = new PrivateBucket(
      `${name}-results`,
      { context, role: "canaries", keyArn, logBucketName: access.bucketName, expiry: [resultExpiry] },
      here,
    );
    const role = new ServiceRole(
      `${name}-visitor`,
      {
        context,
        role: "canary",
        description: "Canaries: visit addresses and write what they saw",
        trust: plainServiceTrust("lambda.amazonaws.com"),
        statements: visitorStatements(context, bucket, keyArn),
      },
      here,
    );
    const script = new BucketObjectv2(
      `${name}-script`,
      {
        bucket: bucket.bucketName,
        key: "scripts/visit.zip",
        source: new pulumi.asset.AssetArchive({ [canaryScriptPath]: new pulumi.asset.StringAsset(canaryScript) }),
        serverSideEncryption: "aws:kms",
        kmsKeyId: keyArn,
        tags: context.tags(`${name}-script`),
      },
      { parent: this, dependsOn: [bucket] },
    );
    const made = canaries.map((canary) => {
      const resource = new Canary(
        `${name}-${canary.name}`,
        {
          name: context.name("other", canary.name),
          artifactS3Location: pulumi.interpolate`s3://${bucket.bucketName}/results/${canary.name}`,
          artifactConfig: { s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: keyArn } },
          executionRoleArn: role.arn,
          handler: canaryHandler,
          runtimeVersion: args.runtime,
          s3Bucket: bucket.bucketName,
          s3Key: script.key,
          s3Version: script.versionId,
          schedule: { expression: `rate(${canary.everyMinutes} minute${canary.everyMinutes === 1 ? "" : "s"})` },
          startCanary: true,
          // Otherwise the function that runs it outlives it.
          deleteLambda: true,
          runConfig: {
            timeoutInSeconds: canary.timeoutSeconds + canaryStartSeconds,
            activeTracing: true,
            environmentVariables: {
              TARGET_URL: canary.url,
              EXPECTED_STATUS: String(canary.status),
              TIMEOUT_SECONDS: String(canary.timeoutSeconds),
            },
          },
          failureRetentionPeriod: resultDays.failed,
          successRetentionPeriod: resultDays.succeeded,
          tags: context.tags(`${name}-${canary.name}`),
        },
        { parent: this, dependsOn: [role] },
      );
      return [canary.name, resource.name] as const;
    });
    this.bucketName = bucket.bucketName;
    this.names = Object.fromEntries(made);
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

/** Source: CloudWatch user guide, "Required roles and permissions for canaries", narrowed to this stack's bucket, key and namespace. */
function visitorStatements(
  context: StackContext,
  bucket: PrivateBucket,
  keyArn: pulumi.Input<string>,
): readonly Statement[] {
  return [
    { Effect: "Allow", Action: "s3:PutObject", Resource: pulumi.interpolate`${bucket.bucketArn}/results/*` },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: pulumi.interpolate`${bucket.bucketArn}/scripts/*`,
    },
    { Effect: "Allow", Action: "s3:GetBucketLocation", Resource: bucket.bucketArn },
    { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keyArn },
    {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: arn(context, "logs", "log-group:/aws/lambda/cwsyn-*"),
    },
    {
      Effect: "Allow",
      Action: "cloudwatch:PutMetricData",
      Resource: "*",
      Condition: { StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" } },
    },
    // These two name no resource: the service lists all buckets before it writes, and traces have none.
    { Effect: "Allow", Action: ["s3:ListAllMyBuckets", "xray:PutTraceSegments"], Resource: "*" },
  ];
}
