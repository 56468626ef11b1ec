import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { isProperties, list, object, type Properties, text, UNKNOWN } from "../model/values.ts";
import {
  BUCKET,
  ENCRYPTION,
  expectedOwner,
  LOGGING,
  METRIC,
  OWNERSHIP,
  ofBucket,
  PUBLIC_ACCESS,
  VERSIONING,
  xmlEnum,
} from "./s3Service.ts";

const publicAccessBlock = ofBucket(PUBLIC_ACCESS, {
  absent: "NoSuchPublicAccessBlockConfiguration",
  inputs: { skipDestroy: { default: false } },
});

const ownershipControls = ofBucket(OWNERSHIP, {
  absent: "OwnershipControlsNotFoundError",
  inputs: {
    rule: {
      properties: { objectOwnership: xmlEnum("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced") },
    },
  },
  refuse: ({ inputs, cloud }) => {
    const acl = cloud.find(BUCKET, text(inputs, "bucket") ?? "")?.outputs["acl"];
    const enforced = object(inputs, "rule")["objectOwnership"] === "BucketOwnerEnforced";
    if (!enforced || acl === undefined || acl === "private") return undefined;
    const message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    return { code: "InvalidBucketAclWithObjectOwnership", message, property: "rule.objectOwnership" };
  },
});

const versioning = ofBucket(VERSIONING, {
  absent: "NoSuchBucket",
  inputs: {
    expectedBucketOwner: expectedOwner,
    versioningConfiguration: {
      properties: {
        status: xmlEnum("Enabled", "Suspended", "Disabled"),
        mfaDelete: xmlEnum("Enabled", "Disabled"),
      },
    },
  },
  check: (inputs) => {
    const configuration = object(inputs, "versioningConfiguration");
    if (configuration["mfaDelete"] !== "Enabled" || inputs["mfa"] !== undefined) return [];
    const message = "deletion with a second factor needs mfa: the device's serial number and its code";
    return [{ code: "AccessDenied", message, property: "mfa" }];
  },
  refuse: forbiddenStatus,
});

/** Versions that exist stay: versioning that was on can be suspended, not undone. */
function forbiddenStatus({ inputs, previous, cloud }: Draft): Problem | undefined {
  const status = text(object(inputs, "versioningConfiguration"), "status");
  const before = text(object(previous?.outputs ?? {}, "versioningConfiguration"), "status");
  const property = "versioningConfiguration.status";
  if (status === "Disabled" && (before === "Enabled" || before === "Suspended")) {
    return {
      code: "InvalidArgument",
      message: `versioning cannot go from ${before} to Disabled: suspend it`,
      property,
    };
  }
  const locked = cloud.find(BUCKET, text(inputs, "bucket") ?? "")?.outputs["objectLockEnabled"] === true;
  if (!locked || status === "Enabled") return undefined;
  const message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
  return { code: "InvalidBucketState", message, property };
}

const encryption = ofBucket(ENCRYPTION, {
  absent: "ServerSideEncryptionConfigurationNotFoundError",
  inputs: {
    expectedBucketOwner: expectedOwner,
    rules: {
      minItems: 1,
      maxItems: 1,
      code: "MalformedXML",
      items: {
        properties: {
          applyServerSideEncryptionByDefault: {
            properties: { sseAlgorithm: xmlEnum("AES256", "aws:kms", "aws:kms:dsse") },
          },
          bucketKeyEnabled: { default: false },
        },
      },
    },
  },
  // S3 does not look whether the key exists: uploads fail later.
  check: (inputs) => list(inputs, "rules").flatMap((rule, i) => (isProperties(rule) ? keyWithoutKms(rule, i) : [])),
});

function keyWithoutKms(rule: Properties, i: number): readonly Problem[] {
  const { sseAlgorithm, kmsMasterKeyId = "" } = object(rule, "applyServerSideEncryptionByDefault");
  if (kmsMasterKeyId === "" || sseAlgorithm !== "AES256" || kmsMasterKeyId === UNKNOWN) return [];
  const property = `rules[${i}].applyServerSideEncryptionByDefault.kmsMasterKeyId`;
  const message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
  return [{ code: "InvalidArgument", message, property }];
}

/** Where the requests to a bucket are written down. The target holds nothing back: S3 writes as long as it is there. */
const logging = ofBucket(LOGGING, {
  absent: "NoSuchBucket",
  inputs: {
    expectedBucketOwner: expectedOwner,
    targetBucket: { ref: { type: BUCKET, code: "InvalidTargetBucketForLogging", holds: false } },
    targetPrefix: { maxLength: 800 },
  },
});

/** Metrics of requests to the objects that a filter names. Source: Amazon S3 API reference, PutBucketMetricsConfiguration. */
const metric = ofBucket(METRIC, {
  absent: "NoSuchConfiguration",
  inputs: { name: { immutable: true, minLength: 1, maxLength: 64, pattern: "^[a-zA-Z0-9._-]+$" } },
  autoname: { property: "name", maxLength: 64 },
  check: (inputs) => {
    const { filter } = inputs;
    if (!isProperties(filter) || Object.keys(filter).length > 0) return [];
    return [{ code: "MalformedXML", message: "a filter needs a prefix, tags or an access point", property: "filter" }];
  },
  id: ({ inputs }) => `${text(inputs, "bucket")}:${text(inputs, "name")}`,
});

/** What is set at a bucket besides its lifecycle and its policy. */
export const s3Configurations: readonly ResourceModel[] = [
  publicAccessBlock,
  ownershipControls,
  versioning,
  encryption,
  logging,
  metric,
];
