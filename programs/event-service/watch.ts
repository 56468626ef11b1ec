import type * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../components/alarms.ts";
import type { DashboardGraph } from "../components/dashboard.ts";
import type { EventServiceInputs } from "./inputs.ts";
import { queueAgeAlarmSeconds } from "./sizing.ts";

/** What is watched, by the names that metrics go by. */
export interface Watched {
  readonly inputs: EventServiceInputs;
  /** Of the region whose stack makes the store. */
  readonly replicaRegions: readonly string[];
  readonly apiId: pulumi.Input<string>;
  readonly tableName: pulumi.Input<string>;
  readonly workQueue: pulumi.Input<string>;
  readonly deadLetters: { readonly work: pulumi.Input<string>; readonly deliveries: pulumi.Input<string> };
  readonly plan: pulumi.Input<string>;
  /** The function that works, or the service whose containers do. */
  readonly workers:
    | { readonly kind: "functions"; readonly name: pulumi.Input<string> }
    | { readonly kind: "containers"; readonly cluster: pulumi.Input<string>; readonly service: pulumi.Input<string> };
}

const api = "AWS/ApiGateway";
const queues = "AWS/SQS";
const functions = "AWS/Lambda";
const tables = "AWS/DynamoDB";
const containers = "ECS/ContainerInsights";

const counted = { statistic: "Sum", when: "above", missing: "notBreaching" } as const;

/** Alarms that say that what was rolled out is no good: they take a rollout of toggles or variants back. */
export const guards = ["api-errors", "work-failing"] as const;

/** What a person must hear of: each says that game events do not start, end or change as planned, or soon will not. */
export function alarmPlans(watched: Watched): readonly AlarmPlan[] {
  const { inputs } = watched;
  return [
    {
      ...counted,
      role: "api-errors",
      description: "The API answers with errors of its own",
      namespace: api,
      metric: "5xx",
      dimensions: { ApiId: watched.apiId },
      threshold: 10,
      minutes: 5,
    },
    {
      role: "api-latency",
      description: "One request in a hundred takes the API more than a second",
      namespace: api,
      metric: "Latency",
      dimensions: { ApiId: watched.apiId },
      statistic: "p99",
      when: "above",
      threshold: 1000,
      minutes: 5,
      missing: "notBreaching",
    },
    {
      role: "plan-silent",
      description: "Nobody plans: game events that are near will not start",
      namespace: functions,
      metric: "Invocations",
      dimensions: { FunctionName: watched.plan },
      statistic: "Sum",
      when: "below",
      threshold: 1,
      minutes: 5,
      missing: "breaching",
    },
    {
      ...counted,
      role: "plan-errors",
      description: "Planning fails: game events that are near may not start",
      namespace: functions,
      metric: "Errors",
      dimensions: { FunctionName: watched.plan },
      threshold: 0,
      minutes: 3,
    },
    workAlarm(watched),
    {
      role: "work-waiting",
      description: "Starts and ends wait: workers are too few, or fail",
      namespace: queues,
      metric: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: watched.workQueue },
      statistic: "Maximum",
      when: "above",
      threshold: queueAgeAlarmSeconds(inputs),
      minutes: 3,
      missing: "notBreaching",
    },
    ...Object.entries(watched.deadLetters).map(
      ([what, queue]): AlarmPlan => ({
        role: `${what}-dead-letters`,
        description: `Something of the ${what} was put aside: it will not be tried again by itself`,
        namespace: queues,
        metric: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue },
        statistic: "Maximum",
        when: "above",
        threshold: 0,
        minutes: 1,
        missing: "notBreaching",
      }),
    ),
    ...(["Read", "Write"] as const).map(
      (kind): AlarmPlan => ({
        ...counted,
        role: `schedule-${kind.toLowerCase()}-throttled`,
        description: "The schedule store refuses requests",
        namespace: tables,
        metric: `${kind}ThrottleEvents`,
        dimensions: { TableName: watched.tableName },
        threshold: 10,
        minutes: 3,
      }),
    ),
    ...watched.replicaRegions.map(
      (region): AlarmPlan => ({
        role: `replica-${region}-late`,
        description: `Changes of the schedule reach ${region} more than a minute late`,
        namespace: tables,
        metric: "ReplicationLatency",
        dimensions: { TableName: watched.tableName, ReceivingRegion: region },
        statistic: "Average",
        when: "above",
        threshold: 60_000,
        minutes: 10,
        missing: "notBreaching",
      }),
    ),
  ];
}

function workAlarm({ workers, inputs }: Watched): AlarmPlan {
  if (workers.kind === "functions") {
    return {
      ...counted,
      role: "work-failing",
      description: "Workers fail as a whole: starts and ends are tried again, and then put aside",
      namespace: functions,
      metric: "Errors",
      dimensions: { FunctionName: workers.name },
      threshold: 3,
      minutes: 3,
    };
  }
  return {
    role: "work-failing",
    description: "Fewer workers run than should at the least",
    namespace: containers,
    metric: "RunningTaskCount",
    dimensions: { ClusterName: workers.cluster, ServiceName: workers.service },
    statistic: "Minimum",
    when: "below",
    threshold: inputs.workerTasks.min,
    minutes: 5,
    missing: "breaching",
  };
}

export function dashboardGraphs({
  apiId,
  workQueue,
  deadLetters,
  plan,
  tableName,
  workers,
}: Watched): readonly DashboardGraph[] {
  const ofApi = (metric: string) => [api, metric, "ApiId", apiId] as const;
  const ofQueue = (metric: string, queue: pulumi.Input<string>) => [queues, metric, "QueueName", queue] as const;
  const worked =
    workers.kind === "functions"
      ? (["Invocations", "Errors"] as const).map((metric) => [functions, metric, "FunctionName", workers.name])
      : [[containers, "RunningTaskCount", "ClusterName", workers.cluster, "ServiceName", workers.service]];
  return [
    { title: "Requests", statistic: "Sum", metrics: [ofApi("Count"), ofApi("4xx"), ofApi("5xx")] },
    { title: "Latency", statistic: "p99", metrics: [ofApi("Latency")] },
    {
      title: "Waiting",
      statistic: "Maximum",
      metrics: [
        ofQueue("ApproximateNumberOfMessagesVisible", workQueue),
        ofQueue("ApproximateAgeOfOldestMessage", workQueue),
      ],
    },
    {
      title: "Put aside",
      statistic: "Maximum",
      metrics: Object.values(deadLetters).map((queue) => ofQueue("ApproximateNumberOfMessagesVisible", queue)),
    },
    {
      title: "Planning",
      statistic: "Sum",
      metrics: (["Invocations", "Errors"] as const).map((metric) => [functions, metric, "FunctionName", plan]),
    },
    { title: "Workers", statistic: "Sum", metrics: worked },
    {
      title: "Schedule store, consumed",
      statistic: "Sum",
      metrics: ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"].map((metric) => [
        tables,
        metric,
        "TableName",
        tableName,
      ]),
    },
  ];
}
