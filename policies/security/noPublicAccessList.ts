import { onResource, rule } from "../rule.ts";

/** Lists that come ready and let in everybody, or everybody with an AWS account. */
const openLists: ReadonlySet<unknown> = new Set([
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
]);

/** Everybody, and everybody with an AWS account. Source: Amazon S3 user guide, "Access control list overview". */
const openGroup = /^https?:\/\/acs\.amazonaws\.com\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

export const noPublicAccessList = rule({
  name: "security-no-public-access-list",
  description: "Access lists of buckets must let in nobody but their owner and the writers of logs.",
  reason:
    "An access list is an older way to let somebody in than a policy, stands beside it, and is the one that is forgotten when somebody asks who can read a bucket.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["S3.2", "S3.3", "S3.12"], nist: ["PR.AA-05"] },
  remediation: [
    'Set objectOwnership to "BucketOwnerEnforced" and take the access list out.',
    "Let readers in by a policy, or the world by a CDN with origin access control.",
  ],
  check: [
    onResource(
      ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:s3/bucketObjectv2:BucketObjectv2"],
      (thing, report) => {
        if (openLists.has(thing["acl"])) report("acl lets in more than the owner");
      },
    ),
    onResource(
      ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"] as const,
      (inputs, report, { each }) => {
        const { acl, accessControlPolicy } = inputs as BucketAcl; // both types have the same inputs
        if (openLists.has(acl)) report("acl lets in more than the owner");
        each(accessControlPolicy?.grants, ({ grantee }, index) => {
          if (openGroup.test(grantee?.uri ?? "")) report(`accessControlPolicy.grants[${index}] lets everybody in`);
        });
      },
    ),
  ],
});

interface BucketAcl {
  readonly acl?: string;
  readonly accessControlPolicy?: { readonly grants?: readonly { readonly grantee?: { readonly uri?: string } }[] };
}
