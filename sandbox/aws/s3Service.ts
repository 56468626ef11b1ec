import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf, type Overlay } from "../model/schema.ts";
import { text } from "../model/values.ts";

export const BUCKET = "aws:s3/bucket:Bucket";
export const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
export const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
export const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
export const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
export const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
export const LOGGING = "aws:s3/bucketLogging:BucketLogging";
export const METRIC = "aws:s3/bucketMetric:BucketMetric";
export const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";

/** What is set at a bucket, one of each kind but of metrics; it goes with the bucket. */
export const CONFIGURATIONS = [
  PUBLIC_ACCESS,
  OWNERSHIP,
  VERSIONING,
  ENCRYPTION,
  LIFECYCLE,
  LOGGING,
  METRIC,
  BUCKET_POLICY,
];

/** Source of the codes: Amazon S3 API reference, "Error responses". */
export const s3: Service = {
  name: "s3",
  codes: {
    missing: "MalformedXML",
    invalid: "InvalidArgument",
    notFound: "NoSuchBucket",
    inUse: "BucketNotEmpty",
    throttled: "SlowDown",
  },
};

/** A value that the API's own schema of its XML does not know. */
export function xmlEnum(...allowed: readonly string[]): PropertyRule {
  return { enum: allowed, code: "MalformedXML" };
}

interface Configuration extends Partial<Omit<ResourceModel, "inputs">> {
  readonly inputs: Overlay;
  /** The code when the bucket has none. */
  readonly absent: string;
}

/**
 * The model of something that is set at a bucket. Setting it anew overwrites it, as S3 does: it has the bucket's name as its
 * id (with the owner's account after a comma, where one is expected), so that there is one of each kind.
 */
export function ofBucket(type: string, { inputs, absent, refuse, ...more }: Configuration): ResourceModel {
  return {
    type,
    service: s3,
    codes: { notFound: absent },
    inputs: inputsOf(type, {
      bucket: { required: true, immutable: true, ref: { type: BUCKET, code: "NoSuchBucket", holds: false } },
      ...inputs,
    }),
    refuse: (draft) => strangeOwner(draft) ?? refuse?.(draft),
    id: ({ inputs: given }) => [text(given, "bucket"), text(given, "expectedBucketOwner")].filter(Boolean).join(","),
    seconds: { create: 1 },
    ...more,
  };
}

function strangeOwner({ inputs, place }: Draft): Problem | undefined {
  const owner = text(inputs, "expectedBucketOwner") ?? "";
  if (owner === "" || owner === place.account) return undefined;
  return { code: "AccessDenied", message: `the bucket's owner is not ${owner}`, property: "expectedBucketOwner" };
}

/** Where an expected owner can be given. */
export const expectedOwner: PropertyRule = { immutable: true, default: "", pattern: "^(\\d{12})?$" };
