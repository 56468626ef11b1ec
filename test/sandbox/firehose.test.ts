import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const INVALID = "InvalidArgumentException";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const withLake = async ({ make, next }: Workshop): Promise<Made> => ({
  bucket: await make("aws:s3/bucket:Bucket", { bucket: `lake-${next()}` }),
  role: await make("aws:iam/role:Role", { name: `deliver-${next()}`, assumeRolePolicy: trust }),
  stream: await make("aws:kinesis/stream:Stream", { name: "records", shardCount: 1 }),
  database: await make("aws:glue/catalogDatabase:CatalogDatabase", { name: "lake" }),
  table: await make("aws:glue/catalogTable:CatalogTable", { name: "operations", databaseName: "lake" }),
});

const arnOf = (made: Made, what: string) => made[what]?.outputs["arn"] ?? "";

/** The smallest delivery to a bucket, with more laid over it. */
const lake = (made: Made, more: Properties = {}): Properties => ({
  extendedS3Configuration: { bucketArn: arnOf(made, "bucket"), roleArn: arnOf(made, "role"), ...more },
});

const extraction = (query: string): Properties => ({
  enabled: true,
  processors: [
    {
      type: "MetadataExtraction",
      parameters: [
        { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
        { parameterName: "MetadataExtractionQuery", parameterValue: query },
      ],
    },
  ],
});

const partitioned: Properties = {
  bufferingSize: 64,
  bufferingInterval: 60,
  prefix: "records/game=!{partitionKeyFromQuery:game}/",
  errorOutputPrefix: "failed/!{firehose:error-output-type}/",
  dynamicPartitioningConfiguration: { enabled: true },
  processingConfiguration: extraction("{game: .game}"),
};

const parquet = (made: Made, tableName = "operations"): Properties => ({
  bufferingSize: 64,
  dataFormatConversionConfiguration: {
    inputFormatConfiguration: { deserializer: { hiveJsonSerDe: {} } },
    outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
    schemaConfiguration: { databaseName: "lake", tableName, roleArn: arnOf(made, "role") },
  },
});

const refused = (name: string, more: Properties) => ({
  name,
  with: (made: Made) => lake(made, more),
  code: INVALID,
});

const cases: readonly ConformanceCase[] = [
  {
    type: DELIVERY,
    needs: withLake,
    smallest: (made) => ({ name: "delivery", destination: "extended_s3", ...lake(made) }),
    id: /^arn:aws:firehose:eu-west-1:\d{12}:deliverystream\/delivery$/,
    outputs: { arn: /:deliverystream\/delivery$/, versionId: "1", destinationId: "destinationId-000000000001" },
    change: (made) => ({ ...lake(made, { ...parquet(made), bufferingInterval: 120 }), tags: { team: "data" } }),
    replace: { name: "other-delivery" },
    spoiled: [
      { name: "no destination", with: { destination: null }, code: INVALID },
      { name: "a destination there is not", with: { destination: "tape" }, code: INVALID },
      { name: "no bucket", with: { extendedS3Configuration: null }, code: INVALID },
      { name: "a name with a slash", with: { name: "a/b" }, code: INVALID },
      refusedAt("a buffer of 129 MiB", { bufferingSize: 129 }, "bufferingSize"),
      refusedAt("a buffer of 16 minutes", { bufferingInterval: 960 }, "bufferingInterval"),
      refusedAt("small buffers with partitions", { ...partitioned, bufferingSize: 63 }, "bufferingSize"),
      refusedAt("short buffers with partitions", { ...partitioned, bufferingInterval: 30 }, "bufferingInterval"),
      refusedAt("partitions that the prefix ignores", { ...partitioned, prefix: "records/" }, "prefix"),
      refusedAt(
        "partitions that nothing extracts",
        { ...partitioned, processingConfiguration: extraction("{title: .game}") },
        "prefix",
      ),
      refusedAt(
        "partitions without extraction",
        { ...partitioned, processingConfiguration: { enabled: false } },
        "processingConfiguration",
      ),
      refusedAt("expressions without a place for errors", { prefix: "day=!{timestamp:dd}/" }, "errorOutputPrefix"),
      refusedAt(
        "errors that do not say their type",
        { prefix: "day=!{timestamp:dd}/", errorOutputPrefix: "failed/" },
        "errorOutputPrefix",
      ),
      {
        ...refused("small buffers with a conversion", {}),
        with: (made) => lake(made, { ...parquet(made), bufferingSize: 5 }),
        property: "extendedS3Configuration.bufferingSize",
      },
      {
        ...refused("compression with a conversion", {}),
        with: (made) => lake(made, { ...parquet(made), compressionFormat: "GZIP" }),
        property: "extendedS3Configuration.compressionFormat",
      },
      {
        name: "a table that does not exist",
        with: (made) => lake(made, parquet(made, "nowhere")),
        code: INVALID,
        at: "create",
      },
      {
        name: "a role that does not exist",
        with: (made) => lake(made, { roleArn: "arn:aws:iam::100000000001:role/nobody" }),
        code: INVALID,
        at: "create",
      },
      {
        name: "a stream that does not exist",
        with: (made) => ({
          kinesisSourceConfiguration: {
            kinesisStreamArn: "arn:aws:kinesis:eu-west-1:100000000001:stream/nowhere",
            roleArn: arnOf(made, "role"),
          },
        }),
        code: INVALID,
        at: "create",
      },
      {
        name: "encryption beside a source that has its own",
        with: (made) => ({
          serverSideEncryption: { enabled: true },
          kinesisSourceConfiguration: { kinesisStreamArn: arnOf(made, "stream"), roleArn: arnOf(made, "role") },
        }),
        code: INVALID,
        property: "serverSideEncryption",
      },
    ],
    taken: { code: "ResourceInUseException" },
  },
  {
    type: DELIVERY,
    needs: withLake,
    smallest: (made) => ({ name: "partitioned", destination: "extended_s3", ...lake(made, partitioned) }),
    id: /:deliverystream\/partitioned$/,
    replace: (made) => lake(made, { bufferingInterval: 60 }),
    change: (made) =>
      lake(made, { ...partitioned, processingConfiguration: extraction('{game: (.game // "unlisted")}') }),
  },
];

function refusedAt(name: string, more: Properties, property: string) {
  return { ...refused(name, more), property: `extendedS3Configuration.${property}` };
}

conformance(cases);
