import type { EstimateSubject, Estimator, Unpriced, Usage } from "../estimator.ts";
import { inMonth } from "./network.ts";

const requests = (subject: EstimateSubject, entry: string): Usage => ({
  entry,
  quantity: inMonth(subject, subject.assume("requestsPerSecond")),
});

/** Runs are counted as long as is assumed, but no longer than the function may. */
const lambda: Estimator = (subject) => {
  const { text, number, list, assume } = subject;
  const calls = inMonth(subject, assume("requestsPerSecond"));
  // 128 MB, 3 seconds and x86_64 hold where nothing is said (AWS Lambda API reference, CreateFunction).
  const gigabytes = (number("memorySize") ?? 128) / 1_024;
  const seconds = Math.min(assume("functionMilliseconds") / 1_000, number("timeout") ?? 3);
  const arm = list("architectures").length > 0 && text("architectures", 0) === "arm64";
  return [
    { entry: "function/requests", quantity: calls },
    { entry: arm ? "function/arm" : "function/x86", quantity: calls * gigabytes * seconds },
  ];
};

const api: Estimator = (subject) => {
  if (subject.text("protocolType") !== "WEBSOCKET") return [requests(subject, "api/http")];
  const minutes = subject.assume("connectedClients") * 60 * subject.assume("hoursPerMonth");
  return [requests(subject, "api/messages"), { entry: "api/minutes", quantity: minutes }];
};

const table: Estimator = (subject) => {
  const { text, number, flag, list, assume } = subject;
  const gigabytes = assume("tableGigabytes");
  const kept: readonly (Usage | Unpriced)[] = [
    { entry: "table/stored", quantity: gigabytes },
    ...(flag("pointInTimeRecovery", "enabled") ? [{ entry: "table/recovery", quantity: gigabytes }] : []),
    ...(list("replicas").length > 0 ? [{ unpriced: "its replicas in other regions" }] : []),
  ];
  // What an index holds is written again in it; that every write touches every index is the dearer case.
  const copies = 1 + list("globalSecondaryIndexes").length;
  if (text("billingMode") === "PAY_PER_REQUEST") {
    const writes = inMonth(subject, assume("tableWritesPerSecond")) * copies;
    const reads = inMonth(subject, assume("tableReadsPerSecond"));
    return [{ entry: "table/writes", quantity: writes }, { entry: "table/reads", quantity: reads }, ...kept];
  }
  const ofIndexes = (key: string): number =>
    list("globalSecondaryIndexes").reduce<number>(
      (sum, _, index) => sum + (number("globalSecondaryIndexes", index, key) ?? 0),
      0,
    );
  const hours = assume("hoursPerMonth");
  const writes = ((number("writeCapacity") ?? 0) + ofIndexes("writeCapacity")) * hours;
  const reads = ((number("readCapacity") ?? 0) + ofIndexes("readCapacity")) * hours;
  return [
    { entry: "table/writeCapacity", quantity: writes },
    { entry: "table/readCapacity", quantity: reads },
    ...kept,
  ];
};

const stream: Estimator = ({ text, number, assume }) => {
  const hours = assume("hoursPerMonth");
  const gigabytes = assume("streamGigabytes");
  if (text("streamModeDetails", "streamMode") !== "ON_DEMAND") {
    const kept = (number("retentionPeriod") ?? 24) > 24 ? [{ unpriced: "what it keeps beyond a day" }] : [];
    return [{ entry: "stream/shardHour", quantity: (number("shardCount") ?? 1) * hours }, ...kept];
  }
  const moreDays = Math.max((number("retentionPeriod") ?? 24) / 24 - 1, 0);
  const monthDays = Math.max(hours / 24, 1);
  return [
    { entry: "stream/onDemandHour", quantity: hours },
    { entry: "stream/onDemandIn", quantity: gigabytes },
    { entry: "stream/onDemandOut", quantity: gigabytes },
    ...(moreDays > 0
      ? [{ entry: "stream/onDemandKept", quantity: (gigabytes / monthDays) * Math.min(moreDays, 6) }]
      : []),
    ...(moreDays > 6 ? [{ unpriced: "what it keeps beyond seven days" }] : []),
  ];
};

const delivery: Estimator = ({ flag, assume }) => {
  const gigabytes = assume("streamGigabytes");
  const settings = "extendedS3Configuration";
  return [
    { entry: "delivery/ingested", quantity: gigabytes },
    ...(flag(settings, "dataFormatConversionConfiguration", "enabled")
      ? [{ entry: "delivery/converted", quantity: gigabytes }]
      : []),
    ...(flag(settings, "dynamicPartitioningConfiguration", "enabled")
      ? [{ unpriced: "its partitioning by content" }]
      : []),
  ];
};

/** Metrics are counted as CloudWatch bills them: each metric that an alarm looks at; those of a search cannot be. */
const alarm: Estimator = ({ list, has, number, text }) => {
  const queries = list("metricQueries").filter((_, index) => has("metricQueries", index, "metric")).length;
  const periods = [
    number("period"),
    ...list("metricQueries").map((_, index) => number("metricQueries", index, "metric", "period")),
  ];
  if (list("metricQueries").some((_, index) => /\bSEARCH\(/.test(text("metricQueries", index, "expression") ?? "")))
    return [{ unpriced: "nobody knows how many metrics its search finds" }];
  const fine = periods.some((period) => period !== undefined && period < 60);
  return [{ entry: fine ? "alarm/highResolution" : "alarm/standard", quantity: Math.max(queries, 1) }];
};

const fargateService: Estimator = (subject) => {
  const { text, number, list, assume, referred } = subject;
  const providers = list("capacityProviderStrategies").map((_, at) =>
    text("capacityProviderStrategies", at, "capacityProvider"),
  );
  if (text("launchType") !== "FARGATE" && !providers.some((name) => name?.startsWith("FARGATE")))
    return { free: "its tasks run on machines that are priced for themselves" };
  const task = referred("taskDefinition", "aws:ecs/taskDefinition:TaskDefinition");
  if (task === undefined) return [{ unpriced: "its task definition is in another stack" }];
  const hours = (number("desiredCount") ?? 0) * assume("hoursPerMonth");
  const unpriced: readonly Unpriced[] = [
    ...(task.text("runtimePlatform", "cpuArchitecture") === "ARM64"
      ? [{ unpriced: "Arm: priced as x86, which is dearer" }]
      : []),
    ...(providers.includes("FARGATE_SPOT") ? [{ unpriced: "Fargate Spot: priced as Fargate, which is dearer" }] : []),
  ];
  return [
    { entry: "fargate/vcpu", quantity: ((task.number("cpu") ?? 0) / 1_024) * hours },
    { entry: "fargate/memory", quantity: ((task.number("memory") ?? 0) / 1_024) * hours },
    ...unpriced,
  ];
};

const reservation: Estimator = ({ text, number, assume }) => {
  const type = text("instanceType") ?? "";
  const idle = (number("instanceCount") ?? 0) * (1 - assume("fleetUtilisation")) * assume("hoursPerMonth");
  return [{ entry: `ec2/${type}`, what: `${type} reserved and not running`, quantity: idle }];
};

const amount =
  (entry: string, assumption: Parameters<EstimateSubject["assume"]>[0]): Estimator =>
  ({ assume }) => [{ entry, quantity: assume(assumption) }];

/**
 * The oldest minor version of Kubernetes in standard support at the date of the book (Amazon EKS user guide, calendar of versions): an older
 * one costs more, unless its cluster is upgraded by itself. Without a version a cluster has the newest.
 */
const OLDEST_IN_SUPPORT = 34;

const kubernetesCluster: Estimator = ({ text, flag, assume }) => {
  const [, minor] = /^1\.(\d+)/.exec(text("version") ?? "") ?? [];
  const extended = Number(minor) < OLDEST_IN_SUPPORT && text("upgradePolicy", "supportType") !== "STANDARD";
  return [
    { entry: extended ? "cluster/extendedHour" : "cluster/hour", quantity: assume("hoursPerMonth") },
    ...(flag("computeConfig", "enabled") ? [{ unpriced: "the machines that it makes by itself (Auto Mode)" }] : []),
  ];
};

const inside: ReadonlySet<string | undefined> = new Set(["sqs", "lambda", "firehose"]);

/** Deliveries inside AWS cost where they arrive; text messages cost by the country that they go to. */
const subscription: Estimator = (subject) => {
  const protocol = subject.text("protocol");
  if (protocol === "http" || protocol === "https") return [requests(subject, "topic/webDeliveries")];
  if (inside.has(protocol)) return { free: "priced with the topic and what it delivers to (Amazon SNS pricing)" };
  return [{ unpriced: `the price book has no deliveries by ${(protocol ?? "no protocol").slice(0, 40)}` }];
};

const mapping: Estimator = ({ has }) =>
  has("provisionedPollerConfig")
    ? [{ unpriced: "its provisioned pollers: no price in the book" }]
    : { free: "priced with its function and what calls it (AWS Lambda pricing)" };

const bucket: Estimator = (subject) => [
  { entry: "bucket/standard", quantity: subject.assume("bucketGigabytes") },
  { entry: "bucket/writes", quantity: inMonth(subject, subject.assume("bucketWritesPerSecond")) },
  { entry: "bucket/reads", quantity: inMonth(subject, subject.assume("bucketReadsPerSecond")) },
];

export const serviceEstimators: Readonly<Record<string, Estimator>> = {
  "aws:apigatewayv2/api:Api": api,
  "aws:backup/vault:Vault": amount("backup/kept", "backupGigabytes"),
  "aws:cloudwatch/dashboard:Dashboard": () => [{ entry: "dashboard/month", quantity: 1 }],
  "aws:cloudwatch/eventArchive:EventArchive": ({ assume }) => [
    { entry: "events/archived", quantity: assume("streamGigabytes") },
    { entry: "events/kept", quantity: assume("streamGigabytes") },
  ],
  "aws:cloudwatch/eventBus:EventBus": (subject) => [requests(subject, "events/custom")],
  "aws:cloudwatch/logGroup:LogGroup": ({ assume }) => [
    { entry: "logs/ingested", quantity: assume("logGigabytes") },
    { entry: "logs/stored", quantity: assume("logGigabytes") },
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
  "aws:dynamodb/table:Table": table,
  "aws:ec2/capacityReservation:CapacityReservation": reservation,
  "aws:ecr/repository:Repository": amount("images/kept", "imageGigabytes"),
  "aws:ecs/service:Service": fargateService,
  "aws:eks/cluster:Cluster": kubernetesCluster,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": delivery,
  "aws:kinesis/stream:Stream": stream,
  "aws:kms/key:Key": (subject) => [
    { entry: "key/month", quantity: 1 },
    { entry: "key/requests", quantity: inMonth(subject, subject.assume("keyRequestsPerSecond")) },
  ],
  "aws:lambda/eventSourceMapping:EventSourceMapping": mapping,
  "aws:lambda/function:Function": lambda,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketV2:BucketV2": bucket,
  "aws:secretsmanager/secret:Secret": ({ list }) => [{ entry: "secret/month", quantity: 1 + list("replicas").length }],
  "aws:sfn/stateMachine:StateMachine": (subject) =>
    subject.text("type") === "EXPRESS"
      ? [{ unpriced: "the price book has standard state machines only" }]
      : [requests(subject, "states/transitions")],
  "aws:sns/topic:Topic": (subject) => [
    requests(subject, subject.flag("fifoTopic") ? "topic/fifoRequests" : "topic/requests"),
  ],
  "aws:sns/topicSubscription:TopicSubscription": subscription,
  "aws:sqs/queue:Queue": (subject) => [requests(subject, subject.flag("fifoQueue") ? "queue/fifo" : "queue/standard")],
};
