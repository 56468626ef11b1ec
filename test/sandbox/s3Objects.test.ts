import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";

const withBucket = async ({ make, next }: Workshop): Promise<Made> => ({
  bucket: await make(BUCKET, { bucket: `objects-${next()}` }),
});

const cases: readonly ConformanceCase[] = [
  {
    type: OBJECT,
    needs: withBucket,
    smallest: (made) => ({ bucket: made["bucket"]?.id ?? "", key: "scripts/visit.js", content: "1" }),
    id: /^objects-\d+\/scripts\/visit\.js$/,
    outputs: { arn: /^arn:aws:s3:::objects-/, etag: /^[0-9a-f]{32}$/, storageClass: "STANDARD" },
    change: { content: "2" },
    replace: { key: "scripts/other.js" },
    spoiled: [
      { name: "a key of 1025 characters", with: { key: "a".repeat(1025) }, code: "KeyTooLongError" },
      { name: "an encryption there is not", with: { serverSideEncryption: "rot13" }, code: "InvalidArgument" },
      { name: "a bucket that does not exist", with: { bucket: "nowhere-at-all" }, code: "NoSuchBucket", at: "create" },
      {
        name: "a key that does not exist",
        with: { kmsKeyId: "00000000-0000-0000-0000-000000000000" },
        code: "KMS.NotFoundException",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("an object", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("has a new version with each content, in a bucket that keeps versions, and none elsewhere", async () => {
    const engine = await sandbox.engine();
    const make = async (bucket: string) => {
      const first = await engine.create(OBJECT, { bucket, key: "a", content: "1" });
      const second = await engine.update(OBJECT, first, { ...first.inputs, content: "2" });
      return [first, second].map(({ outputs }) => String(outputs["versionId"]));
    };
    await engine.create(BUCKET, { bucket: "with-versions" });
    await engine.create(VERSIONING, { bucket: "with-versions", versioningConfiguration: { status: "Enabled" } });
    await engine.create(BUCKET, { bucket: "without-versions" });
    const [first, second] = await make("with-versions");
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
    expect(await make("without-versions")).toEqual(["", ""]);
  });

  it("keeps its bucket from being deleted", async () => {
    const engine = await sandbox.engine();
    const bucket = await engine.create(BUCKET, { bucket: "held" });
    await engine.create(OBJECT, { bucket: "held", key: "a", content: "1" });
    await expect(engine.remove(BUCKET, bucket)).rejects.toThrow("BucketNotEmpty:");
  });
});
