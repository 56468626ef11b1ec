import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { bucketPolicyOf } from "./bucketPolicy.ts";
import type { Engine } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
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
    await engine.create(POLICY, { bucket: "access-logs", policy: bucketPolicyOf("access-logs") });
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
    const policy = bucketPolicyOf("opened", { Principal: "*" });
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
