import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";

const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const lifecycleTypes = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
];

export const expireObjects = rule({
  name: "cost-expire-objects",
  description: "Buckets must have a lifecycle.",
  reason:
    "Old versions, uploads that were broken off and logs of three years ago are kept until something says otherwise. Nobody sees them in a listing, and they are most of what is paid for.",
  level: "advisory",
  severity: "low",
  controls: { fsbp: ["S3.13"], wellArchitected: ["COST04-BP05"] },
  remediation: [
    "Make a BucketLifecycleConfiguration that ends broken uploads after a day and old versions after a week, and expires or moves what ages.",
  ],
  check: onWholeStack([...bucketTypes, ...lifecycleTypes], (resources, report, { each }) => {
    const lifecycles = resources.filter(({ type }) => lifecycleTypes.includes(type));
    const hasLifecycle = referredBy(lifecycles, ["bucket"]);
    each(
      resources.filter(({ type }) => bucketTypes.includes(type)),
      (bucket) => {
        const inline = bucket.inputs["lifecycleRules"];
        if (Array.isArray(inline) && inline.length > 0) return;
        if (!hasLifecycle(bucket)) report([bucket], "the bucket has no lifecycle");
      },
    );
  }),
});
