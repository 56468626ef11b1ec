import { describeCompanion } from "../support/describeCompanion.ts";

describeCompanion({
  policy: "security-require-public-access-block",
  type: "aws:s3/bucket:Bucket",
  companion: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  property: "bucket",
  message: "no block of public access names this bucket",
  environments: ["development", "staging", "production"],
});
