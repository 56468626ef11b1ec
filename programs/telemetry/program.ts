import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { Budget } from "../components/budget.ts";
import { Dashboard } from "../components/dashboard.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { LogBucket } from "../components/logBucket.ts";
import { type Expiry, PrivateBucket } from "../components/privateBucket.ts";
import { startStack } from "../stackStart.ts";
import { planDelivery, shardsFor } from "./capacity.ts";
import { Catalogue } from "./catalogue.ts";
import { Delivery } from "./delivery.ts";
import type { TelemetryInputs } from "./inputs.ts";
import type { TelemetryOutputName } from "./outputs.ts";
import { prefixes } from "./partitions.ts";
import { QuestionDesk } from "./questionDesk.ts";
import { RecordStream } from "./recordStream.ts";
import { alarmPlans, dashboardGraphs } from "./watch.ts";

/** Declares one region's telemetry. Must run inside a Pulumi program. */
export async function telemetry(
  inputs: TelemetryInputs,
  placement: Placement,
): Promise<Record<TelemetryOutputName, unknown>> {
  const { place, context } = await startStack({
    blueprint: "telemetry",
    component: "Telemetry",
    placement,
    deletionProtection: inputs.deletionProtection,
  });
  const known = { games: inputs.games, regions: regionsOf(inputs, placement) };
  const shards = inputs.streamMode === "provisioned" ? shardsFor(inputs) : undefined;

  const { arn: keyArn } = new EncryptionKey("encryption", { context }, place);
  const logs = new LogBucket("logs", { context, retentionDays: inputs.logRetentionDays, writers: "buckets" }, place);
  const lake = new PrivateBucket(
    "lake",
    { context, role: "lake", keyArn, logBucketName: logs.bucketName, expiry: expiryOf(inputs) },
    place,
  );
  const stream = new RecordStream(
    "records",
    { context, keyArn, shards, retentionHours: inputs.streamRetentionHours },
    place,
  );
  const catalogue = new Catalogue(
    "catalogue",
    { context, bucketName: lake.bucketName, fields: inputs.fields, known, days: inputs.retention.expireDays },
    place,
  );
  const delivery = new Delivery(
    "delivery",
    { context, keyArn, stream, lake, catalogue, known, buffering: inputs, logRetentionDays: inputs.logRetentionDays },
    place,
  );
  const desk = new QuestionDesk(
    "questions",
    { context, keyArn, lake, catalogue, scanLimitGiB: inputs.scanLimitGiB },
    place,
  );

  const watched = {
    streamName: stream.streamName,
    deliveryStreamName: delivery.deliveryStreamName,
    failedDimensions: delivery.failedDimensions,
    workgroupName: desk.workgroupName,
    freshnessMinutes: inputs.freshnessMinutes,
    retentionHours: inputs.streamRetentionHours,
  };
  const alarms = new Alarms(
    "alarms",
    { context, keyArn, email: inputs.alarmEmail, alarms: alarmPlans(watched) },
    place,
  );
  const dashboard = new Dashboard("overview", { context, graphs: dashboardGraphs(watched) }, place);
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn }, place);

  return {
    streamName: stream.streamName,
    streamArn: stream.streamArn,
    writerPolicyArn: stream.writerPolicyArn,
    readerPolicyArn: desk.readerPolicyArn,
    keyArn,
    lakeBucketName: lake.bucketName,
    databaseName: catalogue.databaseName,
    tableName: catalogue.tableName,
    workgroupName: desk.workgroupName,
    deliveryStreamName: delivery.deliveryStreamName,
    alarmTopicArn: alarms.topicArn,
    dashboardUrl: dashboard.url,
    capacity: { ...(shards === undefined ? {} : { shards }), ...planDelivery(inputs, inputs, known) },
  };
}

/** The stack's own region first; a stack set names one list for all of its regions. */
function regionsOf({ otherRegions }: TelemetryInputs, { region }: Placement): readonly string[] {
  return [region, ...otherRegions.filter((other) => other !== region)];
}

function expiryOf({ retention, failedDays, resultDays }: TelemetryInputs): readonly Expiry[] {
  return [
    {
      prefix: prefixes.records,
      moves: [
        { days: retention.hotDays, storageClass: "STANDARD_IA" },
        { days: retention.coldDays, storageClass: "GLACIER_IR" },
      ],
      days: retention.expireDays,
    },
    { prefix: prefixes.failed, days: failedDays },
    { prefix: prefixes.results, days: resultDays },
  ];
}
