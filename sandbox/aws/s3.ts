import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { policyRule } from "./policyDocument.ts";
import { bucketNameFault } from "./s3BucketName.ts";
import { bucketPolicy } from "./s3BucketPolicy.ts";
import { s3Configurations } from "./s3Configurations.ts";
import { lifecycle } from "./s3Lifecycle.ts";
import { bucketObject } from "./s3Objects.ts";
import { BUCKET, CONFIGURATIONS, LOGGING, OWNERSHIP, s3 } from "./s3Service.ts";
import { tagsRule } from "./tags.ts";

/** What fills a bucket and can be seen from here. */
const OBJECTS = [
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/objectCopy:ObjectCopy",
];
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";

const bucket: ResourceModel = {
  type: BUCKET,
  service: s3,
  inputs: inputsOf(BUCKET, {
    bucket: { code: "InvalidBucketName", check: (name) => bucketNameFault(String(name)) },
    acl: {
      enum: [
        "private",
        "public-read",
        "public-read-write",
        "aws-exec-read",
        "authenticated-read",
        "log-delivery-write",
      ],
    },
    forceDestroy: { default: false },
    objectLockEnabled: { immutable: true },
    policy: policyRule("resource", "MalformedPolicy"),
    tags: tagsRule("InvalidTag"),
  }),
  autoname: { property: "bucket", maxLength: 63, lower: true },
  // Names are shared by all accounts and regions of the cloud.
  unique: [
    { by: ["bucket"], within: "account", code: "BucketAlreadyOwnedByYou" },
    { by: ["bucket"], within: "everywhere", code: "BucketAlreadyExists" },
  ],
  refuse: forbiddenAcl,
  refuseDelete: (resource, cloud) => {
    if (resource.outputs["forceDestroy"] === true || isEmpty(resource, cloud)) return undefined;
    return { code: "BucketNotEmpty", message: `The bucket you tried to delete is not empty: ${resource.id}` };
  },
  removes: (resource, cloud) => [...CONFIGURATIONS, ...OBJECTS].flatMap((type) => inBucket(type, resource, cloud)),
  id: ({ inputs }) => text(inputs, "bucket") ?? "",
  outputs: {
    arn: ({ id }) => `arn:aws:s3:::${id}`,
    bucketDomainName: ({ id }) => `${id}.s3.amazonaws.com`,
    bucketRegionalDomainName: ({ id, place }) => `${id}.s3.${place.region}.amazonaws.com`,
    bucketRegion: ({ place }) => place.region,
    hostedZoneId: () => "Z0SANDBOX",
    accelerationStatus: () => "",
    bucketPrefix: () => "",
    corsRules: () => [],
    grants: ({ place }) => [
      { id: ownerId(place.account), permissions: ["FULL_CONTROL"], type: "CanonicalUser", uri: "" },
    ],
    lifecycleRules: () => [],
    objectLockEnabled: () => false,
    policy: () => "",
    requestPayer: () => "BucketOwner",
    serverSideEncryptionConfiguration: () => ({
      rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false },
    }),
    versioning: () => ({ enabled: false, mfaDelete: false }),
    websiteDomain: () => "",
    websiteEndpoint: () => "",
  },
  keys: ["arn"],
  seconds: { create: 2, delete: 1 },
};

/** The form of a canonical user id, the same for the same account. */
function ownerId(account: string): string {
  return account.padStart(64, "0");
}

/** New buckets take no access lists: their owner owns every object, until ownership controls say otherwise. */
function forbiddenAcl({ inputs, previous, id, cloud }: Draft): Problem | undefined {
  const acl = text(inputs, "acl") ?? "private";
  const ownership =
    object(cloud.find(OWNERSHIP, id)?.outputs ?? {}, "rule")["objectOwnership"] ?? "BucketOwnerEnforced";
  if (acl === "private" || ownership !== "BucketOwnerEnforced") return undefined;
  const message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
  const code = previous === undefined ? "InvalidBucketAclWithObjectOwnership" : "AccessControlListNotSupported";
  return { code, message, property: "acl" };
}

function inBucket(type: string, { id }: Resource, cloud: CloudView): readonly Resource[] {
  return cloud.all(type).filter(({ outputs }) => outputs["bucket"] === id);
}

/** A load balancer or another bucket writes into the bucket of its access logs from the moment when they are switched on. */
function isEmpty(resource: Resource, cloud: CloudView): boolean {
  const logged = ({ outputs }: { readonly outputs: Properties }): boolean => {
    const { enabled, bucket: target } = object(outputs, "accessLogs");
    return enabled === true && target === resource.id;
  };
  const written =
    cloud.all(BALANCER).some(logged) ||
    cloud.all(LOGGING).some(({ outputs }) => outputs["targetBucket"] === resource.id);
  return !written && OBJECTS.every((type) => inBucket(type, resource, cloud).length === 0);
}

/** Amazon S3: buckets, what is set at them, and objects. */
export const s3Models: readonly ResourceModel[] = [bucket, ...s3Configurations, lifecycle, bucketPolicy, bucketObject];
