import type { ResourceModel, Service } from "../model/model.ts";
import type { PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { deliveryProblems, partitions } from "./firehoseDelivery.ts";
import { TABLE } from "./glue.ts";
import { STREAM } from "./kinesis.ts";
import { BUCKET } from "./s3Service.ts";
import { tagsRule } from "./tags.ts";

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const INVALID = "InvalidArgumentException";

/** Source of the codes: Amazon Data Firehose API reference, the errors of each action. */
const firehose: Service = {
  name: "firehose",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "ResourceNotFoundException",
    inUse: "ResourceInUseException",
    throttled: "LimitExceededException",
  },
};

/** Firehose looks whether what it works with is there when it is told of it, and keeps none of it from being deleted. */
const existing = (type: string): PropertyRule => ({ ref: { type, by: "arn", code: INVALID, holds: false } });
const roleArn = existing("aws:iam/role:Role");
const named = { ref: { type: TABLE, by: "name", code: INVALID, holds: false } };

const deliveryStream: ResourceModel = {
  type: DELIVERY,
  service: firehose,
  inputs: inputsOf(DELIVERY, {
    name: { pattern: "^[a-zA-Z0-9._-]{1,64}$" },
    destination: {
      immutable: true,
      enum: [
        "extended_s3",
        "elasticsearch",
        "http_endpoint",
        "iceberg",
        "opensearch",
        "opensearchserverless",
        "redshift",
        "snowflake",
        "splunk",
      ],
    },
    kinesisSourceConfiguration: {
      immutable: true,
      properties: { kinesisStreamArn: existing(STREAM), roleArn },
    },
    extendedS3Configuration: {
      properties: {
        bucketArn: existing(BUCKET),
        roleArn,
        bufferingInterval: { default: 300, min: 0, max: 900 },
        bufferingSize: { default: 5, min: 1, max: 128 },
        compressionFormat: { enum: ["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"] },
        s3BackupMode: { enum: ["Disabled", "Enabled"] },
        dynamicPartitioningConfiguration: { properties: { retryDuration: { default: 300, min: 0, max: 7200 } } },
        dataFormatConversionConfiguration: {
          properties: { schemaConfiguration: { properties: { roleArn, tableName: named } } },
        },
      },
    },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["name"], code: "ResourceInUseException" }],
  check: deliveryProblems,
  // A stream that was partitioned stays so, and one that was not: the provider makes another.
  replacing: ({ olds, news }) => (partitions(olds) === partitions(news) ? [] : ["extendedS3Configuration"]),
  id: ({ inputs, place }) => arn("firehose", place, `deliverystream/${text(inputs, "name")}`),
  outputs: {
    arn: ({ id }) => id,
    destinationId: () => "destinationId-000000000001",
    versionId: {
      onWrite: ({ previous }) => String(Number(previous?.outputs["versionId"] ?? 0) + 1),
      exceptFor: ["tags", "tagsAll"],
    },
  },
  keys: ["arn"],
  seconds: { create: 60, update: 10, delete: 60 },
};

/** Amazon Data Firehose. */
export const firehoseModels: readonly ResourceModel[] = [deliveryStream];
