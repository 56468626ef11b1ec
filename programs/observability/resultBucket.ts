import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface ResultBucketArgs {
  readonly context: StackContext;
  /** What the bucket is to its stack; part of its physical name. */
  readonly role: string;
  readonly keyArn: pulumi.Input<string>;
  readonly expiry: readonly { readonly prefix: string; readonly days: number }[];
}

/** Days an overwritten or deleted object can still be brought back. */
const noncurrentDays = 7;

/** A bucket for one's own roles: under the stack's key, over TLS alone, closed to the public, what is under a prefix gone after its days. */
export class ResultBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, { context, role, keyArn, expiry }: ResultBucketArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "ResultBucket"), name, {}, place);
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
    new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
            bucketKeyEnabled: true,
          },
        ],
      },
      child,
    );
    new BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        rules: expiry.map(({ prefix, days }) => ({
          id: `expire-${prefix.replace(/\W/g, "")}`,
          status: "Enabled",
          filter: { prefix },
          expiration: { days },
          noncurrentVersionExpiration: { noncurrentDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        })),
      },
      child,
    );
    // After the block: both change the bucket's policy status, and S3 refuses the second of two at once.
    new BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policy: policyDocument([
          {
            Sid: "OnlyOverTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = bucket.id;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
