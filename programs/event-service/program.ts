import type * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { Budget } from "../components/budget.ts";
import { Dashboard } from "../components/dashboard.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { WorkQueue } from "../components/workQueue.ts";
import type { Statement } from "../policyDocument.ts";
import type { StackContext } from "../stackContext.ts";
import { startStack } from "../stackStart.ts";
import { codeOf } from "./code.ts";
import { Connections } from "./connections.ts";
import { EventBus } from "./eventBus.ts";
import { declareFrontFunctions } from "./frontFunctions.ts";
import { HttpFront } from "./httpFront.ts";
import type { EventServiceInputs } from "./inputs.ts";
import { declareLiveSettings } from "./liveSettings.ts";
import type { EventServiceOutputName } from "./outputs.ts";
import { Planning } from "./planning.ts";
import { ScheduleStore } from "./scheduleStore.ts";
import { visibilitySeconds } from "./sizing.ts";
import { alarmPlans, dashboardGraphs, guards, type Watched } from "./watch.ts";
import { WebSocketFront } from "./webSocketFront.ts";
import { declareWorkers } from "./workers.ts";

const blueprint = "event-service";

/** Declares what schedules and runs game events in one region. Must run inside a Pulumi program. Throws RunError for a region without a schedule. */
export async function eventService(
  inputs: EventServiceInputs,
  placement: Placement,
): Promise<Record<EventServiceOutputName, unknown>> {
  const { deletionProtection, logRetentionDays, retryLimit: maxReceives, telemetry } = inputs;
  const { place, context } = await startStack({ blueprint, component: "EventService", placement, deletionProtection });
  const { arn: keyArn } = new EncryptionKey("encryption", { context, statements: [busUsesKey(context)] }, place);
  const common = { context, inputs, keyArn };

  const store = new ScheduleStore("schedule", { context, keyArn, store: inputs.scheduleStore }, place);
  const connections = new Connections("connections", { context, keyArn }, place);
  const queue = (role: string, seconds: number) =>
    new WorkQueue(role, { context, keyArn, role, visibilitySeconds: seconds, maxReceives }, place);
  const work = queue("work", visibilitySeconds(inputs));
  const deliveries = queue("deliveries", 60);
  const bus = new EventBus(
    "bus",
    { context, keyArn, archiveDays: inputs.archiveDays, work, deliveries, telemetry },
    place,
  );
  const planning = new Planning(
    "plan",
    { context, keyArn, code: codeOf("plan", inputs), store, bus, deliveries, logRetentionDays },
    place,
  );

  const http = new HttpFront("http", common, place);
  const socket = new WebSocketFront("socket", common, place);
  const watched: Watched = {
    inputs,
    replicaRegions: store.replicaRegions,
    apiId: http.apiId,
    tableName: store.tableName,
    workQueue: work.queueName,
    deadLetters: { work: work.deadLetterName, deliveries: deliveries.queueName },
    plan: planning.functionName,
    workers: workersByName(context, inputs),
  };
  const alarms = new Alarms(
    "alarms",
    { context, keyArn, email: inputs.alarmEmail, alarms: alarmPlans(watched) },
    place,
  );
  const live = declareLiveSettings({ ...common, guards: guards.flatMap((role) => alarms.arns[role] ?? []) }, place);
  const workers = declareWorkers(
    {
      ...common,
      work,
      deliveries,
      environment: {
        SCHEDULE_TABLE: store.tableName,
        CONNECTION_TABLE: connections.tableName,
        SOCKET_ENDPOINT: socket.connectionsUrl,
        ...live.environment,
        ...(telemetry === undefined ? {} : { TELEMETRY_STREAM: telemetry.streamName }),
      },
      statements: [
        ...store.rights("read"),
        ...connections.rights("Scan", "DeleteItem"),
        ...live.statements,
        ...socket.speakingRights(),
      ],
    },
    place,
  );
  const answering = declareFrontFunctions({ ...common, http, socket, store, connections, deliveries, live }, place);
  const dashboard = new Dashboard("overview", { context, graphs: dashboardGraphs(watched) }, place);
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn }, place);

  return {
    apiEndpoint: http.endpoint,
    apiId: http.apiId,
    webSocketEndpoint: socket.endpoint,
    webSocketApiId: socket.apiId,
    eventBusName: bus.busName,
    eventBusArn: bus.busArn,
    archiveName: bus.archiveName,
    queueNames: [work.queueName],
    deadLetterQueueNames: [work.deadLetterName, deliveries.queueName],
    functionNames: [...answering, planning.functionName, ...workers.functionNames],
    clusterArn: workers.clusterArn,
    scheduleTableName: store.tableName,
    scheduleGroupName: planning.groupName,
    configurationApplicationId: live.applicationId,
    configurationEnvironmentIds: live.environmentIds,
    alarmTopicArn: alarms.topicArn,
    alarmArns: alarms.arns,
    dashboardUrl: dashboard.url,
  };
}

/** By name and not by resource: alarms guard the rollout of what the workers are then told of. */
function workersByName(context: StackContext, { workers }: EventServiceInputs): Watched["workers"] {
  const name = (role: string): pulumi.Output<string> => context.name("other", role);
  return workers === "functions"
    ? { kind: workers, name: name("run") }
    : { kind: workers, cluster: name("workers"), service: name("worker") };
}

/** The bus seals what it holds, and sends to queues that the key seals. Source: Amazon EventBridge user guide, "Encryption at rest". */
function busUsesKey({ accountId }: StackContext): Statement {
  return {
    Sid: "EventBusOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}
