import { onWholeStack, rule } from "../rule.ts";
import { bucketTypes, withoutCompanion } from "./companions.ts";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

export const requirePublicAccessBlock = rule({
  name: "security-require-public-access-block",
  description: "Each bucket must have a block of public access.",
  reason:
    "New buckets are closed until somebody opens them, and older and imported ones may be open. With the block in the program it is put back by the next update, and taking it away is seen in a preview.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["S3.8"], cis: ["2.1.4"], nist: ["PR.AA-05"] },
  remediation: ["Add a BucketPublicAccessBlock with all four switches on for the bucket."],
  check: onWholeStack([...bucketTypes, block], (resources, report, { each }) => {
    each(withoutCompanion(resources, bucketTypes, { types: [block], property: "bucket" }), (bucket) =>
      report([bucket], "no block of public access names this bucket"),
    );
  }),
});
