import type * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../components/alarms.ts";
import type { DashboardGraph } from "../components/dashboard.ts";

/** What is watched in one region, by the names that metrics go by. */
export interface Watched {
  readonly streamName: pulumi.Input<string>;
  readonly deliveryStreamName: pulumi.Input<string>;
  readonly failedDimensions: Readonly<Record<"BucketName" | "FilterId", pulumi.Input<string>>>;
  readonly workgroupName: pulumi.Input<string>;
  /** How old the oldest record that is not in the lake may be. */
  readonly freshnessMinutes: number;
  /** How long the stream keeps what is not yet read. */
  readonly retentionHours: number;
}

const streamNamespace = "AWS/Kinesis";
const deliveryNamespace = "AWS/Firehose";
const bucketNamespace = "AWS/S3";
const queryNamespace = "AWS/Athena";

/** What a person must hear of: each says that records are lost, or will be, or come too late. */
export function alarmPlans(watched: Watched): readonly AlarmPlan[] {
  const ofStream = { StreamName: watched.streamName };
  const ofDelivery = { DeliveryStreamName: watched.deliveryStreamName };
  const above = { when: "above", missing: "notBreaching" } as const;
  return [
    {
      ...above,
      role: "records-expiring",
      description:
        "Half of the time for which the stream keeps records has passed, and some are not read: soon they are lost",
      namespace: streamNamespace,
      metric: "GetRecords.IteratorAgeMilliseconds",
      dimensions: ofStream,
      statistic: "Maximum",
      threshold: (watched.retentionHours * 3_600_000) / 2,
      minutes: 5,
    },
    {
      ...above,
      role: "writes-refused",
      description: "The stream refuses records: more is written than it takes, or to one key",
      namespace: streamNamespace,
      metric: "WriteProvisionedThroughputExceeded",
      dimensions: ofStream,
      statistic: "Sum",
      threshold: 0,
      minutes: 3,
    },
    {
      ...above,
      role: "delivery-late",
      description: `Records are not in the lake after ${watched.freshnessMinutes} minutes`,
      namespace: deliveryNamespace,
      metric: "DeliveryToS3.DataFreshness",
      dimensions: ofDelivery,
      statistic: "Maximum",
      threshold: watched.freshnessMinutes * 60,
      minutes: 5,
    },
    {
      role: "delivery-failing",
      description: "Files cannot be written to the lake",
      namespace: deliveryNamespace,
      metric: "DeliveryToS3.Success",
      dimensions: ofDelivery,
      statistic: "Average",
      when: "below",
      threshold: 1,
      minutes: 5,
      missing: "notBreaching",
    },
    {
      ...above,
      role: "partitions-full",
      description: "More partitions are written at once than a delivery can: the records of further ones are put aside",
      namespace: deliveryNamespace,
      metric: "PartitionCountExceeded",
      dimensions: ofDelivery,
      statistic: "Maximum",
      threshold: 0,
      minutes: 1,
    },
    {
      ...above,
      role: "records-failed",
      description: "Records were put aside, because they could not be converted or placed",
      namespace: bucketNamespace,
      metric: "PutRequests",
      dimensions: watched.failedDimensions,
      statistic: "Sum",
      threshold: 0,
      minutes: 1,
    },
  ];
}

export function dashboardGraphs(watched: Watched): readonly DashboardGraph[] {
  const ofStream = (metric: string) => [streamNamespace, metric, "StreamName", watched.streamName] as const;
  const ofDelivery = (metric: string) =>
    [deliveryNamespace, metric, "DeliveryStreamName", watched.deliveryStreamName] as const;
  const { BucketName, FilterId } = watched.failedDimensions;
  return [
    { title: "Records that arrive", statistic: "Sum", metrics: [ofStream("IncomingRecords")] },
    { title: "Bytes that arrive", statistic: "Sum", metrics: [ofStream("IncomingBytes")] },
    {
      title: "Age of what is not read, in ms",
      statistic: "Maximum",
      metrics: [ofStream("GetRecords.IteratorAgeMilliseconds")],
    },
    {
      title: "Age of what is not in the lake, in s",
      statistic: "Maximum",
      metrics: [ofDelivery("DeliveryToS3.DataFreshness")],
    },
    {
      title: "Records converted, and not",
      statistic: "Sum",
      metrics: [ofDelivery("SucceedConversion.Records"), ofDelivery("FailedConversion.Records")],
    },
    {
      title: "Files of failed records",
      statistic: "Sum",
      metrics: [[bucketNamespace, "PutRequests", "BucketName", BucketName, "FilterId", FilterId]],
    },
    { title: "Partitions written at once", statistic: "Maximum", metrics: [ofDelivery("PartitionCount")] },
    {
      title: "Bytes read by queries",
      statistic: "Sum",
      metrics: [
        [
          queryNamespace,
          "ProcessedBytes",
          "QueryState",
          "SUCCEEDED",
          "QueryType",
          "DML",
          "WorkGroup",
          watched.workgroupName,
        ],
      ],
    },
  ];
}
