import { onResource, rule } from "../rule.ts";

const flags = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const closePublicAccess = rule({
  name: "security-close-public-access",
  description: "A block of public access must block all four ways in.",
  reason:
    "The block is what stands when somebody writes an access list or a policy in a hurry. Each of its four switches stops another way in, old or new, and one left off is the one that is used.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["S3.1", "S3.8", "S3.19"], cis: ["2.1.4"], nist: ["PR.AA-05"] },
  remediation: [
    "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true.",
    "Let readers in by a role, or the world by a CDN with origin access control.",
  ],
  check: [
    onResource(
      [
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
      ],
      (block, report, { each }) => {
        each(flags, (flag) => {
          if (block[flag] !== true) report(`${flag} is not true`);
        });
      },
    ),
    onResource("aws:s3/accessPoint:AccessPoint", ({ publicAccessBlockConfiguration: block }, report, { each }) => {
      // An access point of which nobody says anything blocks everything.
      each(flags, (flag) => {
        if (block?.[flag] === false) report(`publicAccessBlockConfiguration.${flag} is false`);
      });
    }),
  ],
});
