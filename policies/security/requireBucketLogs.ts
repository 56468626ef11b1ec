import { findTag } from "../cost/tags.ts";
import type { KnownResource } from "../judgedResource.ts";
import { refersTo } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { bucketTypes, withoutCompanion } from "./companions.ts";

const logging = ["aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"] as const;

/** Where others write their logs: a bucket that logs itself into itself never ends. */
const writers: Readonly<Record<string, string>> = {
  "aws:alb/loadBalancer:LoadBalancer": "accessLogs",
  "aws:cloudfront/distribution:Distribution": "loggingConfig",
  "aws:cloudtrail/trail:Trail": "s3BucketName",
  "aws:globalaccelerator/accelerator:Accelerator": "attributes",
  "aws:lb/loadBalancer:LoadBalancer": "accessLogs",
  "aws:backup/reportPlan:ReportPlan": "reportDeliveryChannel",
  ...Object.fromEntries(logging.map((type) => [type, "targetBucket"])),
};

/** Where a writer names the bucket inside an object, by name or by domain. */
const namesInside = ({ inputs }: KnownResource, property: string, bucket: KnownResource): boolean => {
  const inner = inputs[property];
  if (typeof inner !== "object" || inner === null) return false;
  return ["bucket", "flowLogsS3Bucket", "s3BucketName"].some((key) => {
    const name = Reflect.get(inner, key);
    return typeof name === "string" && name !== "" && (name === bucket.id || name === bucket.inputs["bucket"]);
  });
};

/** A bucket that health checks ask every few seconds: what anybody else does there would drown in its log. */
const isAskedAllDay = ({ inputs }: KnownResource): boolean =>
  findTag(inputs, "meridian:read-by")?.value === "health-checks";

export const requireBucketLogs = rule({
  name: "security-require-bucket-logs",
  description: "In production each bucket must write down the requests to it, unless it is where logs go.",
  reason:
    "After a leak the first question is who read what. Without the log it has no answer, and everybody whose data was there has to be told.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["S3.9", "CloudTrail.7"], cis: ["3.4"], nist: ["PR.PS-04"] },
  remediation: [
    "Add a BucketLogging that names a bucket for logs, of the same region, as its target.",
    "Where health checks ask it all day, say so by the tag meridian:read-by = health-checks.",
  ],
  check: onWholeStack([...bucketTypes, ...Object.keys(writers)], (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    each(withoutCompanion(resources, bucketTypes, { types: logging, property: "bucket" }), (bucket) => {
      const takesLogs = resources.some((writer) => {
        const property = writers[writer.type];
        if (property === undefined) return false;
        return refersTo(writer, property, bucket) || namesInside(writer, property, bucket);
      });
      if (!takesLogs && !isAskedAllDay(bucket)) report([bucket], "nothing writes down the requests to this bucket");
    });
  }),
});
