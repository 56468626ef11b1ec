import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const eventServiceOutputs = [
  open("apiEndpoint", "Where the schedule is read and changed."),
  open("apiId", "The HTTP API; the metric dimension ApiId."),
  open("webSocketEndpoint", "Where players connect to be told."),
  open("webSocketApiId", "The WebSocket API; the metric dimension ApiId."),
  open("eventBusName", "The bus on which starts and ends of game events are announced."),
  open("eventBusArn", "Its ARN."),
  open("archiveName", "The archive from which events are replayed."),
  open("queueNames", "The queue of the work."),
  open("deadLetterQueueNames", "The queues of what could not be done: work, and deliveries."),
  open("functionNames", "Every function."),
  open("clusterArn", "The cluster of container workers; empty with functions."),
  open("scheduleTableName", "The schedule store."),
  open("scheduleGroupName", "The group of one-time schedules that start and end game events."),
  open("configurationApplicationId", "The application of toggles and variants in AppConfig."),
  open("configurationEnvironmentIds", "Its environments: of toggles, and of variants."),
  open("alarmTopicArn", "The topic on which alarms and budget speak."),
  open("alarmArns", "Every alarm, by its role."),
  open("dashboardUrl", "The dashboard, in the cloud's console."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type EventServiceOutputName = (typeof eventServiceOutputs)[number]["name"];
