import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { onlyOverTls, policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

/** What becomes of the objects under a prefix as they grow old; days from their making. */
export interface Expiry {
  readonly prefix: string;
  /** When they are deleted. */
  readonly days: number;
  /** When they move to a cheaper class before that, in rising order. */
  readonly moves?: readonly { readonly days: number; readonly storageClass: "STANDARD_IA" | "GLACIER_IR" }[];
}

export interface PrivateBucketArgs {
  readonly context: StackContext;
  /** What the bucket is to its stack; part of its physical name. */
  readonly role: string;
  /** Left out: S3's own key, for writers and readers that can use no other. */
  readonly keyArn?: pulumi.Input<string>;
  /** Empty: what is written stays. */
  readonly expiry: readonly Expiry[];
  /** Where the requests to it are written down: a bucket of the same region. Left out: nowhere. */
  readonly logBucketName?: pulumi.Input<string>;
  /** Who reads it all day, where a log of that would drown the rest. Rules ask for a log of requests otherwise. */
  readonly readBy?: "health-checks";
  /** Whether writers may come by an access list, as a CDN's standard logs do. Default false. */
  readonly accessLists?: boolean;
  /** Who may do what, besides roles of one's own; that everything goes over TLS is said already. */
  readonly statements?: (bucketArn: pulumi.Output<string>) => readonly Statement[];
}

/** Days an overwritten or deleted object can still be brought back. */
const noncurrentDays = 7;

/** A bucket for one's own roles: under the stack's key, over TLS alone, closed to the public, what is under a prefix gone after its days. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** `<bucket>.s3.amazonaws.com`; with the region in it, `regionalDomainName`. */
  readonly domainName: pulumi.Output<string>;
  readonly regionalDomainName: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, place: ComponentPlace) {
    const { context, role, keyArn, expiry, accessLists = false, statements } = args;
    super(componentType(context.blueprint, "PrivateBucket"), name, {}, place);
    const child = { parent: this };
    const bucket = new Bucket(
      `${name}-bucket`,
      {
        bucket: context.name("bucket", role),
        forceDestroy: !context.production,
        tags: {
          ...context.storeTags(`${name}-bucket`),
          ...(args.readBy === undefined ? {} : { "meridian:read-by": args.readBy }),
        },
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
      { bucket: bucket.id, rule: { objectOwnership: accessLists ? "BucketOwnerPreferred" : "BucketOwnerEnforced" } },
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
        rules: [encryptionRule(keyArn)],
      },
      child,
    );
    new BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        rules: expiry.length === 0 ? [stays] : expiry.map(expires),
      },
      child,
    );
    if (args.logBucketName !== undefined) {
      new BucketLogging(
        `${name}-requests`,
        { bucket: bucket.id, targetBucket: args.logBucketName, targetPrefix: `${role}/` },
        child,
      );
    }
    // After the block: both change the bucket's policy status, and S3 refuses the second of two at once.
    new BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policy: policyDocument([
          onlyOverTls("s3", [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]),
          ...(statements?.(bucket.arn) ?? []),
        ]),
      },
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = bucket.id;
    this.bucketArn = bucket.arn;
    this.domainName = bucket.bucketDomainName;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

function encryptionRule(keyArn: pulumi.Input<string> | undefined) {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    bucketKeyEnabled: true,
  };
}

const tidied = {
  noncurrentVersionExpiration: { noncurrentDays },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
} as const;

const stays = { id: "stays", status: "Enabled", filter: { prefix: "" }, ...tidied } as const;

function expires({ prefix, days, moves = [] }: Expiry) {
  return {
    id: `expire-${prefix.replace(/\W/g, "")}`,
    status: "Enabled",
    filter: { prefix },
    ...(moves.length > 0 ? { transitions: moves.map((move) => ({ ...move })) } : {}),
    expiration: { days },
    ...tidied,
  };
}
