import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

/** What becomes of the objects under a prefix as they grow old; days from their making. */
export interface ObjectLife {
  /** What the objects are; the rule is named after it. */
  readonly name: string;
  readonly prefix: string;
  /** When they move to a cheaper class, in rising order. */
  readonly moves?: readonly { readonly days: number; readonly storageClass: "STANDARD_IA" | "GLACIER_IR" }[];
  readonly expireDays: number;
}

export interface DataBucketArgs {
  readonly context: StackContext;
  /** What the bucket is to its stack; part of its physical name. */
  readonly role: string;
  readonly keyArn: pulumi.Input<string>;
  /** Where the requests to it are written down. */
  readonly logBucketName: pulumi.Input<string>;
  readonly lives: readonly ObjectLife[];
}

/** Days an overwritten or deleted object can still be brought back. */
const noncurrentDays = 7;

/**
 * A bucket of data that is worth keeping: private, over TLS only, under the stack's own key, versioned, its requests written down, and
 * nothing in it for ever.
 */
export class DataBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, { context, role, keyArn, logBucketName, lives }: DataBucketArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "DataBucket"), name, {}, place);
    const child = { parent: this };
    const bucket = new Bucket(
      `${name}-bucket`,
      {
        bucket: context.name("bucket", role),
        forceDestroy: !context.production,
        tags: context.storeTags(`${name}-bucket`),
      },
      child,
    );
    const of = { bucket: bucket.id };
    const closed = new BucketPublicAccessBlock(
      `${name}-private`,
      { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      child,
    );
    new BucketOwnershipControls(
      `${name}-ownership`,
      { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    new BucketVersioning(`${name}-versions`, { ...of, versioningConfiguration: { status: "Enabled" } }, child);
    // With a key of the bucket's own the one in KMS is asked once in a while, not for every object: it costs by the request.
    const sealed = { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn };
    new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { ...of, rules: [{ applyServerSideEncryptionByDefault: sealed, bucketKeyEnabled: true }] },
      child,
    );
    new BucketLifecycleConfiguration(`${name}-lifecycle`, { ...of, rules: lives.map(lifecycleRule) }, child);
    new BucketLogging(`${name}-requests`, { ...of, targetBucket: logBucketName, targetPrefix: `${role}/` }, child);
    // After the block: both change the bucket's policy status, and S3 refuses the second of two at once.
    new BucketPolicy(
      `${name}-policy`,
      { ...of, policy: onlyOverTls(bucket.arn) },
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = bucket.id;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

function lifecycleRule({ name, prefix, moves = [], expireDays }: ObjectLife) {
  return {
    id: name,
    status: "Enabled",
    filter: { prefix },
    ...(moves.length > 0 ? { transitions: moves.map((move) => ({ ...move })) } : {}),
    expiration: { days: expireDays },
    noncurrentVersionExpiration: { noncurrentDays },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
}

function onlyOverTls(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "OnlyOverTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
