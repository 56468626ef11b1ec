import type { Properties } from "../../sandbox/model/values.ts";
import { bucketPolicyOf } from "./bucketPolicy.ts";
import { type ConformanceCase, conformance, type Workshop } from "./conformance.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const METRIC = "aws:s3/bucketMetric:BucketMetric";

// Names of buckets are shared by all accounts: the tests of one file need one each.
const withBuckets = async ({ make, next }: Workshop) => ({
  bucket: await make(BUCKET, { bucket: `logs-${next()}` }),
  other: await make(BUCKET, { bucket: `other-logs-${next()}` }),
});

type Made = Awaited<ReturnType<typeof withBuckets>>;

const nameOf = (made: Readonly<Record<string, { readonly id: string }>>, which: keyof Made = "bucket"): string =>
  made[which]?.id ?? "";

const away: Pick<ConformanceCase, "needs" | "replace"> = {
  needs: withBuckets,
  replace: (made) => ({ bucket: nameOf(made, "other") }),
};

const nowhere = {
  name: "a bucket that does not exist",
  with: { bucket: "no-such-bucket" },
  code: "NoSuchBucket",
  at: "create",
} as const;

const badName = (name: string, bucket: string) => ({ name, with: { bucket }, code: "InvalidBucketName" });

const expire: Properties = { id: "expire", status: "Enabled", expiration: { days: 90 } };
const colder = (days: number, storageClass = "STANDARD_IA"): Properties => ({
  rules: [{ ...expire, transitions: [{ days, storageClass }] }],
});

const cases: readonly ConformanceCase[] = [
  {
    type: METRIC,
    ...away,
    smallest: (made) => ({ bucket: nameOf(made), name: "failed" }),
    id: /^logs-\d+:failed$/,
    change: { filter: { prefix: "failed/" } },
    spoiled: [nowhere, { name: "a name with a space", with: { name: "all of it" }, code: "InvalidArgument" }],
  },
  {
    type: LOGGING,
    ...away,
    smallest: (made) => ({
      bucket: nameOf(made),
      targetBucket: nameOf(made, "other"),
      targetPrefix: "requests/",
    }),
    id: /^logs-\d+$/,
    change: { targetPrefix: "" },
    spoiled: [
      nowhere,
      {
        name: "a target that does not exist",
        with: { targetBucket: "no-such-bucket" },
        code: "InvalidTargetBucketForLogging",
        at: "create",
      },
    ],
  },
  {
    type: BUCKET,
    smallest: (_made, n) => ({ bucket: `logs-${n}` }),
    id: /^logs-\d+$/,
    outputs: {
      arn: /^arn:aws:s3:::logs-\d+$/,
      bucketRegionalDomainName: /^logs-\d+\.s3\.eu-west-1\.amazonaws\.com$/,
      bucketRegion: /^eu-west-1$/,
      forceDestroy: false,
      region: "eu-west-1",
    },
    change: { forceDestroy: true, tags: { team: "lobby" } },
    replace: (_made, n) => ({ bucket: `replaced-logs-${n}` }),
    spoiled: [
      badName("a name of two characters", "ab"),
      badName("a name of 64 characters", "b".repeat(64)),
      badName("capitals", "Logs"),
      badName("a hyphen at the end", "logs-"),
      badName("two dots", "my..logs"),
      badName("an address", "192.168.0.1"),
      badName("a beginning that S3 keeps", "xn--logs"),
      badName("an end that S3 keeps", "logs-s3alias"),
      { name: "an access list there is not", with: { acl: "everyone" }, code: "InvalidArgument" },
      {
        name: "a public access list",
        with: { acl: "public-read" },
        code: "InvalidBucketAclWithObjectOwnership",
        at: "create",
      },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "InvalidTag" },
    ],
    taken: { code: "BucketAlreadyOwnedByYou" },
  },
  {
    type: PUBLIC_ACCESS,
    ...away,
    smallest: (made) => ({ bucket: nameOf(made) }),
    id: /^logs-\d+$/,
    outputs: { blockPublicAcls: false, restrictPublicBuckets: false },
    change: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    spoiled: [nowhere, { name: "no bucket", with: { bucket: null }, code: "MalformedXML" }],
  },
  {
    type: OWNERSHIP,
    ...away,
    smallest: (made) => ({ bucket: nameOf(made), rule: { objectOwnership: "BucketOwnerEnforced" } }),
    id: /^logs-\d+$/,
    change: { rule: { objectOwnership: "BucketOwnerPreferred" } },
    spoiled: [
      nowhere,
      {
        name: "an ownership there is not",
        with: { rule: { objectOwnership: "Nobody" } },
        code: "MalformedXML",
        property: "rule.objectOwnership",
      },
    ],
  },
  {
    type: VERSIONING,
    ...away,
    smallest: (made) => ({ bucket: nameOf(made), versioningConfiguration: { status: "Enabled" } }),
    id: /^logs-\d+$/,
    change: { versioningConfiguration: { status: "Suspended" } },
    spoiled: [
      nowhere,
      {
        name: "a status there is not",
        with: { versioningConfiguration: { status: "On" } },
        code: "MalformedXML",
        property: "versioningConfiguration.status",
      },
      {
        name: "deletion by a second factor that is not given",
        with: { versioningConfiguration: { status: "Enabled", mfaDelete: "Enabled" } },
        code: "AccessDenied",
        property: "mfa",
      },
      {
        name: "another owner than expected",
        with: { expectedBucketOwner: "999999999999" },
        code: "AccessDenied",
        at: "create",
      },
    ],
  },
  {
    type: ENCRYPTION,
    ...away,
    smallest: (made) => ({
      bucket: nameOf(made),
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    }),
    id: /^logs-\d+$/,
    change: {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }],
    },
    spoiled: [
      nowhere,
      { name: "no rule", with: { rules: [] }, code: "MalformedXML" },
      {
        name: "an algorithm there is not",
        with: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "DES" } }] },
        code: "MalformedXML",
        property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
      },
      {
        name: "a key without KMS",
        with: {
          rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "alias/data" } }],
        },
        code: "InvalidArgument",
        property: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
      },
    ],
  },
  {
    type: LIFECYCLE,
    ...away,
    smallest: (made) => ({ bucket: nameOf(made), rules: [expire] }),
    id: /^logs-\d+$/,
    outputs: { transitionDefaultMinimumObjectSize: /^all_storage_classes_128K$/ },
    change: colder(30),
    spoiled: [
      nowhere,
      { name: "no rules", with: { rules: [] }, code: "InvalidArgument" },
      {
        name: "a rule that does nothing",
        with: { rules: [{ id: "nothing", status: "Enabled" }] },
        code: "InvalidRequest",
        property: "rules[0]",
      },
      {
        name: "two rules of one id",
        with: { rules: [expire, expire] },
        code: "InvalidArgument",
        property: "rules[1].id",
      },
      {
        name: "a status there is not",
        with: { rules: [{ ...expire, status: "On" }] },
        code: "MalformedXML",
        property: "rules[0].status",
      },
      {
        name: "expiry after no days",
        with: { rules: [{ ...expire, expiration: { days: 0 } }] },
        code: "InvalidArgument",
        property: "rules[0].expiration.days",
      },
      {
        name: "two kinds of expiry",
        with: { rules: [{ ...expire, expiration: { days: 90, date: "2027-01-01T00:00:00Z" } }] },
        code: "MalformedXML",
        property: "rules[0].expiration",
      },
      {
        name: "two filters side by side",
        with: { rules: [{ ...expire, filter: { prefix: "a/", objectSizeLessThan: 10 } }] },
        code: "MalformedXML",
        property: "rules[0].filter",
      },
      {
        name: "a move to infrequent access after a week",
        with: colder(7),
        code: "InvalidArgument",
        property: "rules[0].transitions[0].days",
      },
      {
        name: "a move after the expiry",
        with: colder(90, "GLACIER"),
        code: "InvalidArgument",
        property: "rules[0].transitions[0].days",
      },
      {
        name: "a class there is not",
        with: colder(30, "TAPE"),
        code: "MalformedXML",
        property: "rules[0].transitions[0].storageClass",
      },
    ],
  },
  {
    type: POLICY,
    needs: withBuckets,
    smallest: (made) => ({ bucket: nameOf(made), policy: bucketPolicyOf(nameOf(made)) }),
    id: /^logs-\d+$/,
    change: (made) => ({ policy: bucketPolicyOf(nameOf(made), { Action: ["s3:PutObject", "s3:GetObject"] }) }),
    replace: (made) => ({ bucket: nameOf(made, "other"), policy: bucketPolicyOf(nameOf(made, "other")) }),
    spoiled: [
      { name: "no policy", with: { policy: null }, code: "MalformedXML" },
      { name: "a policy that is no JSON", with: { policy: "open" }, code: "MalformedPolicy" },
      {
        name: "a policy of another bucket",
        with: (made) => ({ policy: bucketPolicyOf(nameOf(made, "other")) }),
        code: "MalformedPolicy",
      },
      {
        name: "a policy of another service",
        with: (made) => ({ policy: bucketPolicyOf(nameOf(made), { Action: "sqs:SendMessage" }) }),
        code: "MalformedPolicy",
      },
      {
        name: "a policy without a principal",
        with: (made) => ({ policy: bucketPolicyOf(nameOf(made), { Principal: undefined }) }),
        code: "MalformedPolicy",
      },
      {
        name: "a public policy",
        with: (made) => ({ policy: bucketPolicyOf(nameOf(made), { Principal: "*" }) }),
        code: "AccessDenied",
        at: "create",
      },
    ],
  },
];

conformance(cases);
