import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { LogStream } from "@pulumi/aws/cloudwatch/logStream.js";
import { FirehoseDeliveryStream } from "@pulumi/aws/kinesis/firehoseDeliveryStream.js";
import { BucketMetric } from "@pulumi/aws/s3/bucketMetric.js";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "../components/privateBucket.ts";
import { ServiceRole } from "../components/serviceRole.ts";
import { arn, type Statement, serviceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Buffering } from "./capacity.ts";
import type { Catalogue } from "./catalogue.ts";
import { failedPrefix, type Known, partitionQuery, prefixes, recordPrefix } from "./partitions.ts";
import { type RecordStream, via } from "./recordStream.ts";

export interface DeliveryArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly stream: RecordStream;
  readonly lake: PrivateBucket;
  readonly catalogue: Catalogue;
  readonly known: Known;
  readonly buffering: Buffering;
  readonly logRetentionDays: number;
}

/** The name of the filter by which S3 counts what is written under `failed/`. */
const failedMetric = "failed-records";
/** Seconds for which a record that cannot be written is tried again before it is put aside. */
const retrySeconds = 300;

/**
 * Brings records from the stream into the lake, as columnar files in partitions. What cannot be converted or placed is not lost and does
 * not hold up the rest: it is put aside, with the reason, and counted.
 */
export class Delivery extends pulumi.ComponentResource {
  readonly deliveryStreamName: pulumi.Output<string>;
  /** How S3 names the requests to the failed records, for alarms. */
  readonly failedDimensions: Readonly<Record<"BucketName" | "FilterId", pulumi.Output<string>>>;

  constructor(name: string, args: DeliveryArgs, place: ComponentPlace) {
    const { context, keyArn, stream, lake } = args;
    super(componentType(context.blueprint, "Delivery"), name, {}, place);
    const child = { parent: this };
    const group = new LogGroup(
      `${name}-errors`,
      {
        name: pulumi.interpolate`/meridian/${context.name("other", "delivery")}`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: keyArn,
        tags: context.tags(`${name}-errors`),
      },
      child,
    );
    const errors = new LogStream(`${name}-errors`, { logGroupName: group.name, name: "lake" }, child);
    const role = new ServiceRole(
      `${name}-access`,
      {
        context,
        role: "delivery",
        description: "Brings records from the stream into the lake",
        trust: serviceTrust(context, "firehose.amazonaws.com"),
        statements: deliveryStatements(args, errors.arn),
      },
      { ...place, parent: this },
    );
    const delivery = new FirehoseDeliveryStream(
      `${name}-lake`,
      {
        name: context.name("other", "lake"),
        destination: "extended_s3",
        kinesisSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: role.arn },
        extendedS3Configuration: {
          bucketArn: lake.bucketArn,
          roleArn: role.arn,
          kmsKeyArn: keyArn,
          prefix: recordPrefix,
          errorOutputPrefix: failedPrefix,
          bufferingInterval: args.buffering.bufferSeconds,
          bufferingSize: args.buffering.bufferMiB,
          // The files are compressed inside, by column.
          compressionFormat: "UNCOMPRESSED",
          cloudwatchLoggingOptions: { enabled: true, logGroupName: group.name, logStreamName: errors.name },
          dynamicPartitioningConfiguration: { enabled: true, retryDuration: retrySeconds },
          processingConfiguration: extraction(args.known),
          dataFormatConversionConfiguration: columnar(args, role.arn),
        },
        tags: context.tags(`${name}-lake`),
      },
      { parent: this, dependsOn: [role] },
    );
    const failed = new BucketMetric(
      `${name}-failed`,
      { bucket: lake.bucketName, name: failedMetric, filter: { prefix: prefixes.failed } },
      child,
    );
    this.deliveryStreamName = delivery.name;
    this.failedDimensions = { BucketName: lake.bucketName, FilterId: failed.name };
    this.registerOutputs({ deliveryStreamName: this.deliveryStreamName });
  }
}

function extraction(known: Known) {
  const parameters = [
    { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
    { parameterName: "MetadataExtractionQuery", parameterValue: partitionQuery(known) },
  ];
  return { enabled: true, processors: [{ type: "MetadataExtraction", parameters }] };
}

function columnar({ context, catalogue }: DeliveryArgs, roleArn: pulumi.Input<string>) {
  return {
    enabled: true,
    // Of the two readers of JSON this one can be told what a time looks like.
    inputFormatConfiguration: { deserializer: { hiveJsonSerDe: { timestampFormats: ["millis"] } } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
    schemaConfiguration: {
      catalogId: context.accountId,
      region: context.placement.region,
      databaseName: catalogue.databaseName,
      tableName: catalogue.tableName,
      roleArn,
      versionId: "LATEST",
    },
  };
}

function deliveryStatements(args: DeliveryArgs, logStreamArn: pulumi.Input<string>): readonly Statement[] {
  const { context, stream, lake, catalogue, keyArn } = args;
  const written = [prefixes.records, prefixes.failed].map((prefix) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`);
  const throughService = (service: string, actions: readonly string[]): Statement => ({
    Effect: "Allow",
    Action: actions,
    Resource: keyArn,
    Condition: { StringEquals: { "kms:ViaService": via(context, service) } },
  });
  return [
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
      Resource: stream.streamArn,
    },
    {
      Sid: "SeeTheLake",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      Resource: lake.bucketArn,
    },
    {
      Sid: "WriteFiles",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"],
      Resource: written,
    },
    { Sid: "OpenRecords", ...throughService("kinesis", ["kms:Decrypt"]) },
    { Sid: "SealFiles", ...throughService("s3", ["kms:GenerateDataKey", "kms:Decrypt"]) },
    {
      Sid: "ReadColumns",
      Effect: "Allow",
      Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
      Resource: [arn(context, "glue", "catalog"), catalogue.databaseArn, catalogue.tableArn],
    },
    { Sid: "TellOfErrors", Effect: "Allow", Action: "logs:PutLogEvents", Resource: logStreamArn },
  ];
}
