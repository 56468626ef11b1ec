import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Workshop } from "./conformance.ts";
import type { Engine } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const METRIC = "aws:s3/bucketMetric:BucketMetric";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

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

function policyOf(bucket: string, changed: Readonly<Record<string, unknown>> = {}): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...changed }] });
}

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
    smallest: (made) => ({ bucket: nameOf(made), policy: policyOf(nameOf(made)) }),
    id: /^logs-\d+$/,
    change: (made) => ({ policy: policyOf(nameOf(made), { Action: ["s3:PutObject", "s3:GetObject"] }) }),
    replace: (made) => ({ bucket: nameOf(made, "other"), policy: policyOf(nameOf(made, "other")) }),
    spoiled: [
      { name: "no policy", with: { policy: null }, code: "MalformedXML" },
      { name: "a policy that is no JSON", with: { policy: "open" }, code: "MalformedPolicy" },
      {
        name: "a policy of another bucket",
        with: (made) => ({ policy: policyOf(nameOf(made, "other")) }),
        code: "MalformedPolicy",
      },
      {
        name: "a policy of another service",
        with: (made) => ({ policy: policyOf(nameOf(made), { Action: "sqs:SendMessage" }) }),
        code: "MalformedPolicy",
      },
      {
        name: "a policy without a principal",
        with: (made) => ({ policy: policyOf(nameOf(made), { Principal: undefined }) }),
        code: "MalformedPolicy",
      },
      {
        name: "a public policy",
        with: (made) => ({ policy: policyOf(nameOf(made), { Principal: "*" }) }),
        code: "AccessDenied",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("a bucket", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  const engineOf = (account: string, region = "eu-west-1"): Promise<Engine> =>
    sandbox.engine({ configuration: { region, allowedAccountIds: [account] } });

  it("has a name that no other account can take", async () => {
    await (await engineOf("300000000001")).create(BUCKET, { bucket: "shared-name" });
    const stranger = await engineOf("300000000002", "us-east-1");
    await expect(stranger.create(BUCKET, { bucket: "shared-name" })).rejects.toThrow("BucketAlreadyExists:");
  });

  it("has a name that its own account cannot take in another region", async () => {
    await (await engineOf("300000000001")).create(BUCKET, { bucket: "own-name" });
    const elsewhere = await engineOf("300000000001", "us-east-1");
    await expect(elsewhere.create(BUCKET, { bucket: "own-name" })).rejects.toThrow("BucketAlreadyOwnedByYou:");
  });

  it("gives its name free when it is deleted", async () => {
    const engine = await engineOf("300000000001");
    await engine.remove(BUCKET, await engine.create(BUCKET, { bucket: "freed-name" }));
    const stranger = await engineOf("300000000002");
    expect((await stranger.create(BUCKET, { bucket: "freed-name" })).id).toBe("freed-name");
  });

  it("cannot be deleted with objects in it", async () => {
    const engine = await engineOf("300000000003");
    const bucket = await engine.create(BUCKET, { bucket: "filled" });
    const object = await engine.create(OBJECT, { bucket: "filled", key: "a" });
    await expect(engine.remove(BUCKET, bucket)).rejects.toThrow("BucketNotEmpty:");
    await engine.remove(OBJECT, object);
    await engine.remove(BUCKET, bucket);
    expect(await engine.read(BUCKET, "filled", bucket)).toBeUndefined();
  });

  it("takes its objects along when it is destroyed by force", async () => {
    const engine = await engineOf("300000000003");
    const bucket = await engine.create(BUCKET, { bucket: "forced", forceDestroy: true });
    const object = await engine.create(OBJECT, { bucket: "forced", key: "a" });
    await engine.remove(BUCKET, bucket);
    expect(await engine.read(OBJECT, object.id, object)).toBeUndefined();
  });

  it("is not empty once another bucket writes its access logs into it", async () => {
    const engine = await engineOf("300000000009");
    const bucket = await engine.create(BUCKET, { bucket: "requests-of-others" });
    const watched = await engine.create(BUCKET, { bucket: "watched-by-another" });
    const logging = await engine.create(LOGGING, {
      bucket: watched.id,
      targetBucket: bucket.id,
      targetPrefix: "watched/",
    });
    await expect(engine.remove(BUCKET, bucket)).rejects.toThrow("BucketNotEmpty:");
    await engine.remove(LOGGING, logging);
    await engine.remove(BUCKET, bucket);
  });

  it("is not empty once a load balancer writes its access logs into it", async () => {
    const engine = await engineOf("300000000008");
    const bucket = await engine.create(BUCKET, { bucket: "access-logs" });
    await engine.create(POLICY, { bucket: "access-logs", policy: policyOf("access-logs") });
    const { id: vpcId } = await engine.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = async (zone: string, cidrBlock: string): Promise<string> => {
      const availabilityZone = `eu-west-1${zone}`;
      return (await engine.create("aws:ec2/subnet:Subnet", { vpcId, cidrBlock, availabilityZone })).id;
    };
    await engine.create("aws:lb/loadBalancer:LoadBalancer", {
      name: "door",
      internal: true,
      loadBalancerType: "network",
      subnets: [await subnet("a", "10.0.0.0/24"), await subnet("b", "10.0.1.0/24")],
      accessLogs: { bucket: "access-logs", enabled: true },
    });
    await expect(engine.remove(BUCKET, bucket)).rejects.toThrow("BucketNotEmpty:");
  });

  it("keeps versioning while its objects are locked", async () => {
    const engine = await engineOf("300000000009");
    await engine.create(BUCKET, { bucket: "locked", objectLockEnabled: true });
    const suspended = { bucket: "locked", versioningConfiguration: { status: "Suspended" } };
    await expect(engine.create(VERSIONING, suspended)).rejects.toThrow("InvalidBucketState:");
  });

  it("cannot own every object while it has an access list", async () => {
    const engine = await engineOf("300000000010");
    const bucket = await engine.create(BUCKET, { bucket: "open-list" });
    const shared = await engine.create(OWNERSHIP, { bucket: "open-list", rule: { objectOwnership: "ObjectWriter" } });
    await engine.update(BUCKET, bucket, { bucket: "open-list", acl: "public-read" });
    const enforced = { bucket: "open-list", rule: { objectOwnership: "BucketOwnerEnforced" } };
    const attempt = engine.update(OWNERSHIP, shared, enforced);
    await expect(attempt).rejects.toThrow("InvalidBucketAclWithObjectOwnership:");
  });

  it("takes along what was set at it, and nothing of another bucket", async () => {
    const engine = await engineOf("300000000004");
    const bucket = await engine.create(BUCKET, { bucket: "set-first" });
    await engine.create(BUCKET, { bucket: "set-second" });
    const gone = await engine.create(PUBLIC_ACCESS, { bucket: "set-first" });
    const kept = await engine.create(PUBLIC_ACCESS, { bucket: "set-second" });
    await engine.remove(BUCKET, bucket);
    expect(await engine.read(PUBLIC_ACCESS, gone.id, gone)).toBeUndefined();
    expect(await engine.read(PUBLIC_ACCESS, kept.id, kept)).toBeDefined();
  });

  it("takes a public policy once its block is told to let it pass", async () => {
    const engine = await engineOf("300000000005");
    await engine.create(BUCKET, { bucket: "opened" });
    await engine.create(PUBLIC_ACCESS, { bucket: "opened", blockPublicPolicy: false });
    const policy = policyOf("opened", { Principal: "*" });
    expect((await engine.create(POLICY, { bucket: "opened", policy })).id).toBe("opened");
  });

  it("takes an access list once its owner does not own every object", async () => {
    const engine = await engineOf("300000000006");
    const bucket = await engine.create(BUCKET, { bucket: "listed" });
    const listed = { bucket: "listed", acl: "log-delivery-write" };
    await expect(engine.update(BUCKET, bucket, listed)).rejects.toThrow("AccessControlListNotSupported:");
    await engine.create(OWNERSHIP, { bucket: "listed", rule: { objectOwnership: "BucketOwnerPreferred" } });
    expect((await engine.update(BUCKET, bucket, listed)).outputs["acl"]).toBe("log-delivery-write");
  });

  it("does not forget that it once kept versions", async () => {
    const engine = await engineOf("300000000007");
    await engine.create(BUCKET, { bucket: "versioned" });
    const status = (value: string): Properties => ({ bucket: "versioned", versioningConfiguration: { status: value } });
    const enabled = await engine.create(VERSIONING, status("Enabled"));
    await expect(engine.update(VERSIONING, enabled, status("Disabled"))).rejects.toThrow("InvalidArgument:");
  });
});
