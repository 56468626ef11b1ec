import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const observabilityOutputs = [
  open("pageTopicArn", "The topic of alarms that wake a person."),
  open("ticketTopicArn", "The topic of alarms that wait for the morning, and of the budget."),
  open("alarmArns", "By `<service>/<objective>`, the alarm that pages."),
  open("ticketAlarmArns", "By `<service>/<objective>`, the alarm that makes a ticket."),
  open(
    "stopAlarmArns",
    "What stops an experiment: the first alarm to know of an objective, of five objectives at most, each service's first before any's second.",
  ),
  open("dashboardUrl", "The overview, in the cloud's console."),
  open("serviceDashboardUrls", "By service, its dashboard."),
  open("deliveryWriterPolicyArn", "The policy of whoever reports changes and incidents."),
  open("logGroupNames", "By name, the log groups."),
  open("canaryNames", "By name, the canaries."),
  open("canaryBucketName", "The bucket of the canaries' results; empty without any."),
  open("sinkArn", "What other accounts link to; empty without any."),
  open("responsePlanArn", "The plan by which a page becomes an incident; empty without one."),
  open("keyArn", "The key of topics, logs and results."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type ObservabilityOutputName = (typeof observabilityOutputs)[number]["name"];
