import { findTag } from "../cost/tags.ts";
import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";

const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const versioningTypes = ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"];

const isProtected = ({ inputs }: KnownResource): boolean =>
  String(findTag(inputs, "meridian:protected")?.value) === "true";
const isEnabled = ({ inputs }: KnownResource): boolean =>
  valueAt(inputs, ["versioningConfiguration", "status"]) === "Enabled";

export const versionProtectedBuckets = rule({
  name: "reliability-version-protected-buckets",
  description: "Buckets that are marked as protected must keep the versions of what they hold.",
  reason:
    "An object that is overwritten or deleted is gone, and a protected bucket is one whose content cannot be made again.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["S3.14"], nist: ["PR.DS-11"] },
  remediation: ["Make a BucketVersioning with the status Enabled for the bucket; let a lifecycle expire old versions."],
  check: onWholeStack([...bucketTypes, ...versioningTypes], (resources, report, { each }) => {
    const enabled = resources.filter((resource) => versioningTypes.includes(resource.type) && isEnabled(resource));
    const keepsVersions = referredBy(enabled, ["bucket"]);
    each(
      resources.filter(({ type }) => bucketTypes.includes(type)),
      (bucket) => {
        if (!isProtected(bucket) || valueAt(bucket.inputs, ["versioning", "enabled"]) === true) return;
        if (!keepsVersions(bucket)) report([bucket], "the protected bucket keeps no versions");
      },
    );
  }),
});
