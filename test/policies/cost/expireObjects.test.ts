import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "cost-expire-objects");
const bucket = (inputs: object = {}) => known("aws:s3/bucket:Bucket", "builds", { ...inputs });
const lifecycle = (of: unknown, sources: readonly string[] = []) =>
  known(
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "lifecycle",
    { bucket: of },
    { propertyDependencies: { bucket: sources } },
  );
const fault = ["builds: the bucket has no lifecycle"];

it("asks for a lifecycle of each bucket, beside it or in it", () => {
  expect(judge([bucket()])).toEqual(fault);
  expect(judge([bucket(), lifecycle("builds-id")])).toEqual([]);
  expect(judge([bucket(), lifecycle("another")])).toEqual(fault);
  expect(judge([bucket({ lifecycleRules: [{ enabled: true }] })])).toEqual([]);
});

it("knows in a preview whose it is, and waits where it cannot", () => {
  expect(judge([bucket(), lifecycle(UNKNOWN, [bucket().urn])])).toEqual([]);
  expect(judge([bucket(), lifecycle(UNKNOWN)])).toEqual(["lifecycle: unknown"]);
});
