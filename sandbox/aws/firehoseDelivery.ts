import type { Problem } from "../model/rule.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";

/** Source of all rules here: Amazon Data Firehose developer guide, "Dynamic partitioning", "Convert input data format", "Custom prefixes". */
const LEAST_MIB = 64;
const LEAST_SECONDS = 60;
const AT = "extendedS3Configuration";

/** What the parts of a delivery to S3 say against one another. */
export function deliveryProblems(inputs: Properties): readonly Problem[] {
  if (text(inputs, "destination") !== "extended_s3") return [];
  if (inputs[AT] === undefined) return [problem("", "extendedS3Configuration is required for this destination")];
  const s3 = object(inputs, AT);
  return [...conversionProblems(s3), ...partitionProblems(s3), ...prefixProblems(s3), ...sourceProblems(inputs)];
}

/** Whether a delivery to S3 is cut into partitions by what stands in its records. */
export function partitions(inputs: Properties): boolean {
  return isOn(object(object(inputs, AT), "dynamicPartitioningConfiguration"), false);
}

function problem(property: string, message: string): Problem {
  return { code: "InvalidArgumentException", message, property: property === "" ? AT : `${AT}.${property}` };
}

const isOn = (properties: Properties, unsaid: boolean): boolean =>
  Object.keys(properties).length > 0 && (properties["enabled"] ?? unsaid) === true;

function conversionProblems(s3: Properties): readonly Problem[] {
  if (!isOn(object(s3, "dataFormatConversionConfiguration"), true)) return [];
  const compressed = !["UNCOMPRESSED", undefined].includes(text(s3, "compressionFormat"));
  return [
    ...tooSmall(s3, "with data format conversion"),
    ...(compressed
      ? [problem("compressionFormat", "must be UNCOMPRESSED with data format conversion, which compresses itself")]
      : []),
  ];
}

function partitionProblems(s3: Properties): readonly Problem[] {
  if (!isOn(object(s3, "dynamicPartitioningConfiguration"), false)) return [];
  const seconds = s3["bufferingInterval"] ?? 300;
  const prefix = text(s3, "prefix");
  const keys = [...(prefix ?? "").matchAll(/!\{partitionKeyFromQuery:([^}]+)\}/g)].map(([, key = ""]) => key);
  const query = extractionQuery(s3);
  const unknown = query === undefined ? undefined : keys.find((key) => !new RegExp(`\\b${key}\\b\\s*:`).test(query));
  return [
    ...tooSmall(s3, "with dynamic partitioning"),
    ...(typeof seconds === "number" && seconds < LEAST_SECONDS
      ? [problem("bufferingInterval", `must be at least ${LEAST_SECONDS} seconds with dynamic partitioning`)]
      : []),
    ...(prefix !== undefined && !/!\{partitionKeyFrom(Query|Lambda):/.test(prefix)
      ? [problem("prefix", "must use a partition key with dynamic partitioning")]
      : []),
    ...(keys.length > 0 && object(s3, "processingConfiguration")["enabled"] !== true
      ? [problem("processingConfiguration", "must extract the partition keys that the prefix uses")]
      : []),
    ...(unknown === undefined ? [] : [problem("prefix", `MetadataExtractionQuery does not extract '${unknown}'`)]),
  ];
}

function tooSmall(s3: Properties, why: string): readonly Problem[] {
  const size = s3["bufferingSize"] ?? 5;
  if (typeof size !== "number" || size >= LEAST_MIB) return [];
  return [problem("bufferingSize", `must be at least ${LEAST_MIB} MiB ${why}`)];
}

/** The jq program that takes the partition keys out of a record; undefined while it is not known. */
function extractionQuery(s3: Properties): string | undefined {
  const parameters = list(object(s3, "processingConfiguration"), "processors").flatMap((each) =>
    isProperties(each) && each["type"] === "MetadataExtraction" ? list(each, "parameters") : [],
  );
  const found = parameters.find((each) => isProperties(each) && each["parameterName"] === "MetadataExtractionQuery");
  return isProperties(found) ? text(found, "parameterValue") : undefined;
}

function prefixProblems(s3: Properties): readonly Problem[] {
  const prefix = text(s3, "prefix") ?? "";
  const errors = s3["errorOutputPrefix"];
  if (prefix.includes("!{firehose:error-output-type}")) {
    return [problem("prefix", "must not contain !{firehose:error-output-type}")];
  }
  if (!prefix.includes("!{")) return [];
  if (errors === undefined) return [problem("errorOutputPrefix", "must be given when the prefix has expressions")];
  if (typeof errors !== "string" || errors.includes("!{firehose:error-output-type}")) return [];
  return [problem("errorOutputPrefix", "must contain !{firehose:error-output-type}")];
}

/** What reads from a stream is sealed where it stands. Source: API reference, StartDeliveryStreamEncryption. */
function sourceProblems(inputs: Properties): readonly Problem[] {
  const sealed = object(inputs, "serverSideEncryption")["enabled"] === true;
  if (!sealed || inputs["kinesisSourceConfiguration"] === undefined) return [];
  const message = "encryption cannot be set on a delivery stream that has a Kinesis stream as its source";
  return [{ code: "InvalidArgumentException", message, property: "serverSideEncryption" }];
}
