import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { describeCompanion } from "../support/describeCompanion.ts";
import { urnOf } from "../support/ruleFixture.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

describeCompanion({
  policy: "security-require-bucket-logs",
  type: "aws:s3/bucket:Bucket",
  companion: "aws:s3/bucketLogging:BucketLogging",
  property: "bucket",
  message: "nothing writes down the requests to this bucket",
  environments: ["production"],
});

describe("a bucket that takes logs", () => {
  const logs = known("aws:s3/bucket:Bucket", "logs", { bucket: "studio-logs" });

  it.each([
    ["a load balancer", "aws:lb/loadBalancer:LoadBalancer", { accessLogs: { bucket: "logs-id", enabled: true } }],
    ["a CDN, by its domain", "aws:cloudfront/distribution:Distribution", { loggingConfig: { bucket: "studio-logs" } }],
    ["a trail", "aws:cloudtrail/trail:Trail", { s3BucketName: "studio-logs" }],
    [
      "an accelerator",
      "aws:globalaccelerator/accelerator:Accelerator",
      { attributes: { flowLogsS3Bucket: "logs-id" } },
    ],
  ])("need not log itself when %s writes to it", (_, type, inputs) => {
    expect(judgeWhole("security-require-bucket-logs", [logs, known(type, "writer", inputs)])).toEqual([]);
  });

  it("need not log itself when a writer names it beside what was computed from others", () => {
    const plan = known(
      "aws:backup/reportPlan:ReportPlan",
      "reports",
      { reportDeliveryChannel: { s3BucketName: "logs-id", s3KeyPrefix: "nightly" } },
      { propertyDependencies: { reportDeliveryChannel: [urnOf("aws:backup/vault:Vault", "vault")] } },
    );
    expect(judgeWhole("security-require-bucket-logs", [logs, plan])).toEqual([]);
  });

  it("need not log itself when another bucket writes to it, as a preview knows it", () => {
    const target = urnOf("aws:s3/bucket:Bucket", "logs");
    const data = known("aws:s3/bucket:Bucket", "data", {});
    const logging = known(
      "aws:s3/bucketLogging:BucketLogging",
      "requests",
      { bucket: UNKNOWN, targetBucket: UNKNOWN },
      { propertyDependencies: { bucket: [data.urn], targetBucket: [target] } },
    );
    expect(judgeWhole("security-require-bucket-logs", [logs, data, logging])).toEqual([]);
  });
});

it("lets a bucket be that only health checks ask all day, where its tag says so", () => {
  const switches = known("aws:s3/bucket:Bucket", "switches", { tags: { "meridian:read-by": "health-checks" } });
  expect(judgeWhole("security-require-bucket-logs", [switches])).toEqual([]);
});
