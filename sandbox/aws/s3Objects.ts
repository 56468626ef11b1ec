import type { Draft, ResourceModel } from "../model/model.ts";
import { inputsOf } from "../model/schema.ts";
import { text, type Value } from "../model/values.ts";
import { missingKey } from "./kmsKeys.ts";
import { BUCKET, s3, VERSIONING } from "./s3Service.ts";
import { tagsRule } from "./tags.ts";

const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

/** An object by its bucket and key. Putting one that exists writes over it, or makes a new version. */
export const bucketObject: ResourceModel = {
  type: OBJECT,
  service: s3,
  codes: { notFound: "NoSuchKey" },
  inputs: inputsOf(OBJECT, {
    bucket: { immutable: true, ref: { type: BUCKET, code: "NoSuchBucket", holds: false } },
    key: { immutable: true, minLength: 1, maxLength: 1024, code: "KeyTooLongError" },
    serverSideEncryption: { enum: ["AES256", "aws:kms", "aws:kms:dsse"] },
    tags: tagsRule("InvalidTag"),
  }),
  autoname: { property: "key", maxLength: 1024 },
  refuse: (draft) => missingKey(draft, "kmsKeyId", { code: "KMS.NotFoundException" }),
  id: ({ inputs }) => `${text(inputs, "bucket")}/${text(inputs, "key")}`,
  outputs: {
    arn: ({ id }) => `arn:aws:s3:::${id}`,
    acl: () => "private",
    bucketKeyEnabled: () => false,
    checksumCrc32: () => "",
    checksumCrc32c: () => "",
    checksumCrc64nvme: () => "",
    checksumSha1: () => "",
    checksumSha256: () => "",
    contentType: () => "application/octet-stream",
    etag: { onWrite: ({ cloud }) => cloud.random.hex(32), exceptFor: ["tags", "tagsAll", "forceDestroy"] },
    kmsKeyId: () => "",
    serverSideEncryption: () => "AES256",
    storageClass: () => "STANDARD",
    versionId: { onWrite: newVersion, exceptFor: ["tags", "tagsAll", "forceDestroy"] },
  },
  keys: ["arn"],
};

/** A bucket without versions gives none. */
function newVersion({ inputs, cloud }: Draft): Value {
  const bucket = text(inputs, "bucket") ?? "";
  return cloud.find(VERSIONING, bucket) === undefined ? "" : cloud.random.hex(32);
}
