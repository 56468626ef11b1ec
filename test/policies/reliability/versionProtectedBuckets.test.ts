import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-version-protected-buckets");
const bucket = (tags: object = { "meridian:protected": "true" }, rest: object = {}) =>
  known("aws:s3/bucket:Bucket", "worlds", { bucket: "worlds-of-ours", tags, ...rest });
const versioning = (of: unknown, status: unknown = "Enabled", sources: readonly string[] = []) =>
  known(
    "aws:s3/bucketVersioning:BucketVersioning",
    "versions",
    { bucket: of, versioningConfiguration: { status } },
    { propertyDependencies: { bucket: sources } },
  );
const fault = ["worlds: the protected bucket keeps no versions"];

it("asks for versions of a protected bucket", () => {
  expect(judge([bucket()])).toEqual(fault);
  expect(judge([bucket({ "meridian:protected": "false" })])).toEqual([]);
  expect(judge([bucket(), versioning("worlds-id")])).toEqual([]);
  expect(judge([bucket(), versioning("worlds-of-ours")])).toEqual([]);
  expect(judge([bucket(), versioning("worlds-id", "Suspended")])).toEqual(fault);
  expect(judge([bucket(), versioning("another")])).toEqual(fault);
  expect(judge([bucket(undefined, { versioning: { enabled: true } })])).toEqual([]);
});

it("knows in a preview whose versions they are, by what the name was computed from", () => {
  expect(judge([bucket(), versioning(UNKNOWN, "Enabled", [bucket().urn])])).toEqual([]);
  expect(
    judge([bucket(), versioning(UNKNOWN, "Enabled", ["urn:pulumi:dev::game::aws:s3/bucket:Bucket::other"])]),
  ).toEqual(fault);
  expect(judge([bucket(), versioning(UNKNOWN)])).toEqual(["versions: unknown"]);
});
