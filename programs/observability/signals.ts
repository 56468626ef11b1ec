import type * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../stackContext.ts";
import type { Severity } from "./burnRate.ts";
import type { ObservabilityInputs } from "./inputs.ts";
import { filterMetric } from "./logs.ts";
import type { SignalPlan } from "./signalAlarms.ts";

export interface SignalsArgs {
  readonly context: StackContext;
  readonly inputs: ObservabilityInputs;
  /** By canary, its physical name. */
  readonly canaryNames: Readonly<Record<string, pulumi.Input<string>>>;
  /** The queue of what an incident platform did not take, where there is one. */
  readonly undeliveredQueueName: pulumi.Input<string> | undefined;
}

/** The runbooks in this blueprint's folder, by what they are for. */
const runbooks = {
  page: "budget-burns-fast",
  ticket: "budget-burns-steadily",
  canary: "visits-fail",
  log: "log-pattern",
  undelivered: "alarm-undelivered",
} as const;

/** Where the runbook stands that an alarm links to. */
function runbookUrl({ runbookBaseUrl }: ObservabilityInputs, runbook: keyof typeof runbooks): string {
  return `${runbookBaseUrl.replace(/\/+$/, "")}/${runbooks[runbook]}`;
}

/** Where the runbooks of one service's alarms stand: its own, or those of this blueprint. */
export function serviceRunbooks(
  inputs: ObservabilityInputs,
  own: string | undefined,
): Readonly<Record<Severity, string>> {
  return { page: own ?? runbookUrl(inputs, "page"), ticket: own ?? runbookUrl(inputs, "ticket") };
}

/** Alarms on visits that fail, on patterns in logs, and on alarms that were not heard. */
export function signalPlans(args: SignalsArgs): readonly SignalPlan[] {
  const { context, inputs, canaryNames, undeliveredQueueName } = args;
  return [
    ...(undeliveredQueueName === undefined
      ? []
      : [
          {
            role: "alarms-undelivered",
            description: "The incident platform did not take an alarm: it is heard by e-mail alone, or by nobody",
            severity: "page",
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            dimensions: { QueueName: undeliveredQueueName },
            statistic: "Sum",
            when: "above",
            threshold: 0,
            periodSeconds: 300,
            periods: 1,
            missing: "notBreaching",
            runbookUrl: runbookUrl(inputs, "undelivered"),
          } as const,
        ]),
    ...inputs.canaries.map(
      ({ name, severity, everyMinutes, url }): SignalPlan => ({
        role: `canary-${name}`,
        description: `${url} fails for whoever comes from outside: three visits in a row`,
        severity,
        namespace: "CloudWatchSynthetics",
        metric: "SuccessPercent",
        dimensions: { CanaryName: canaryNames[name] ?? name },
        statistic: "Average",
        when: "below",
        threshold: 50,
        periodSeconds: everyMinutes * 60,
        periods: 3,
        // A canary that does not come says nothing: that too is heard.
        missing: "breaching",
        runbookUrl: runbookUrl(inputs, "canary"),
      }),
    ),
    ...inputs.logGroups.flatMap(({ name, filters }) =>
      filters.flatMap(({ name: filter, alarm }): SignalPlan | readonly [] =>
        alarm === undefined
          ? []
          : {
              role: `log-${name}-${filter}`,
              description: `${name}: more than ${alarm.above} lines of ${filter} in five minutes`,
              severity: alarm.severity,
              ...filterMetric(context, name, filter),
              dimensions: {},
              statistic: "Sum",
              when: "above",
              threshold: alarm.above,
              periodSeconds: 300,
              periods: 1,
              missing: "notBreaching",
              runbookUrl: runbookUrl(inputs, "log"),
            },
      ),
    ),
  ];
}
