import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { missingKey } from "./kmsKeys.ts";
import { tagsRule } from "./tags.ts";

export const STREAM = "aws:kinesis/stream:Stream";
const INVALID = "InvalidArgumentException";

/** Source of the codes: Amazon Kinesis Data Streams API reference, the errors of each action. */
const kinesis: Service = {
  name: "kinesis",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "ResourceNotFoundException",
    inUse: "ResourceInUseException",
    throttled: "LimitExceededException",
  },
};

/** Source: API reference, EnableEnhancedMonitoring. */
const shardMetrics = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
  "ALL",
] as const;

const stream: ResourceModel = {
  type: STREAM,
  service: kinesis,
  inputs: inputsOf(STREAM, {
    encryptionType: { enum: ["NONE", "KMS"] },
    // Hours. Source: API reference, IncreaseStreamRetentionPeriod.
    retentionPeriod: { default: 24, min: 24, max: 8760 },
    shardLevelMetrics: { unordered: true, items: { enum: [...shardMetrics] } },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["name"], code: "ResourceInUseException" }],
  check: (inputs) => [...wrongMode(inputs), ...wrongKey(inputs)],
  refuse: (draft) => missingKey(draft, "kmsKeyId", { code: "KMSNotFoundException" }) ?? tooFar(draft),
  id: ({ inputs, place }) => arn("kinesis", place, `stream/${text(inputs, "name")}`),
  outputs: {
    arn: ({ id }) => id,
    maxRecordSizeInKib: () => 1024,
    streamModeDetails: () => ({ streamMode: "PROVISIONED" }),
  },
  keys: ["arn"],
  seconds: { create: 25, update: 30, delete: 30 },
};

function modeOf(properties: Properties): string {
  return text(object(properties, "streamModeDetails"), "streamMode") ?? "PROVISIONED";
}

/** The provider's own words: both are refused before the API is called. */
function wrongMode(inputs: Properties): readonly Problem[] {
  const mode = modeOf(inputs);
  const { shardCount } = inputs;
  const problem = (message: string) => [{ code: INVALID, message, property: "shardCount" }];
  if (mode === "ON_DEMAND" && shardCount !== undefined) {
    return problem("shard_count must not be set when stream_mode is ON_DEMAND");
  }
  if (mode === "PROVISIONED" && shardCount === undefined) {
    return problem("shard_count must be at least 1 when stream_mode is PROVISIONED");
  }
  return [];
}

function wrongKey(inputs: Properties): readonly Problem[] {
  if (inputs["encryptionType"] !== "KMS" || inputs["kmsKeyId"] !== undefined) return [];
  const message = "KMS Key Id required when setting encryption_type is not set as NONE";
  return [{ code: INVALID, message, property: "kmsKeyId" }];
}

/** Shards can be doubled or halved at once, and no more. Source: API reference, UpdateShardCount. */
function tooFar({ inputs, previous }: Draft): Problem | undefined {
  const before = previous?.outputs["shardCount"];
  const after = inputs["shardCount"];
  if (typeof before !== "number" || typeof after !== "number") return undefined;
  if (after <= before * 2 && after >= before / 2) return undefined;
  const message = `UpdateShardCount cannot scale from ${before} to ${after} shards: a target is between half and double of what is open`;
  return { code: INVALID, message, property: "shardCount" };
}

/** Amazon Kinesis Data Streams. */
export const kinesisModels: readonly ResourceModel[] = [stream];
