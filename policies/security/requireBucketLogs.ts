import { findTag } from "../cost/tags.ts";
import type { KnownResource } from "../judgedResource.ts";
import { mentionsOf, namesOf } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";
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

const innerNames = ["bucket", "flowLogsS3Bucket", "s3BucketName"] as const;

/** The buckets that a writer names: by the property itself, or inside the object that it is. */
const namedBy = (writer: KnownResource, property: string): readonly string[] => {
  const inner = (): readonly string[] => {
    const value = writer.inputs[property];
    const names =
      typeof value === "object" && value !== null ? innerNames.map((key) => Reflect.get(value, key)) : [value];
    return names.filter((name) => typeof name === "string" && name !== "").map(String);
  };
  if ((writer.propertyDependencies?.[property] ?? []).length === 0) return inner();
  // What it was computed from may be something else than the bucket that it names.
  return [...mentionsOf(writer, [property]), ...(ifKnown(inner) ?? [])];
};

/** Tells of a bucket whether others write their logs into it. Throws `UnknownValue` where it may be the one that a writer does not know yet. */
function takersOfLogs(resources: readonly KnownResource[]): (bucket: KnownResource) => boolean {
  const named = new Set<string>();
  let unknown: (() => unknown) | undefined;
  for (const writer of resources) {
    const property = writers[writer.type];
    if (property === undefined) continue;
    const names = ifKnown(() => namedBy(writer, property));
    for (const name of names ?? []) named.add(name);
    if (names === undefined) unknown ??= () => namedBy(writer, property);
  }
  return (bucket) => {
    if (namesOf(bucket).some((name) => named.has(name))) return true;
    unknown?.();
    return false;
  };
}

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
    const takesLogs = takersOfLogs(resources);
    each(withoutCompanion(resources, bucketTypes, { types: logging, property: "bucket" }), (bucket) => {
      if (!takesLogs(bucket) && !isAskedAllDay(bucket))
        report([bucket], "nothing writes down the requests to this bucket");
    });
  }),
});
