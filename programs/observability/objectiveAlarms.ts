import { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { type BurnAlert, burnAlerts, type Objective, type Severity } from "./burnRate.ts";
import type { Indicator } from "./indicator.ts";
import { indicatorMath } from "./metricMath.ts";
import { windowText } from "./windowText.ts";

export interface ObjectiveAlarmsArgs {
  readonly context: StackContext;
  readonly service: string;
  readonly objective: Objective & { readonly name: string };
  readonly indicator: Indicator;
  /** Whom the alarms of each severity wake: topics, and a response plan. */
  readonly actions: Readonly<Record<Severity, readonly pulumi.Input<string>[]>>;
  /** By severity, who hears that it is over. */
  readonly topicArns: Readonly<Record<Severity, pulumi.Input<string>>>;
  readonly runbookUrls: Readonly<Record<Severity, string>>;
}

type Span = "long" | "short";

/**
 * The alarms of one objective: for each alert two windows, which say nothing themselves, and over them one alarm that pages and one that
 * makes a ticket.
 */
export class ObjectiveAlarms extends pulumi.ComponentResource {
  readonly alarmArns: Readonly<Record<Severity, pulumi.Output<string>>>;
  /** The alarm that is first to know: a few minutes of the fastest burning. */
  readonly firstAlarmArn: pulumi.Output<string>;

  constructor(name: string, args: ObjectiveAlarmsArgs, place: ComponentPlace) {
    const { context, service, objective } = args;
    super(componentType(context.blueprint, "ObjectiveAlarms"), name, {}, place);
    const alerts = burnAlerts(objective).map((alert) => ({
      alert,
      long: this.window(args, { alert, span: "long" }),
      short: this.window(args, { alert, span: "short" }),
    }));
    const joined = (severity: Severity) => {
      const own = alerts.filter(({ alert }) => alert.severity === severity);
      const rules = own.map(
        ({ long, short }) => pulumi.interpolate`(ALARM("${long.name}") AND ALARM("${short.name}"))`,
      );
      const alarm = `${service}-${objective.name}-${severity}`;
      return new CompositeAlarm(
        alarm,
        {
          alarmName: context.name("other", alarm),
          alarmDescription: described(
            args,
            own.map(({ alert }) => alert),
            severity,
          ),
          alarmRule: pulumi.all(rules).apply((texts) => texts.join(" OR ")),
          alarmActions: [...args.actions[severity]],
          okActions: [args.topicArns[severity]],
          tags: context.tags(alarm),
        },
        { parent: this },
      ).arn;
    };
    const [first] = alerts;
    if (first === undefined) throw new pulumi.RunError(`${service} has no alert`);
    this.alarmArns = { page: joined("page"), ticket: joined("ticket") };
    this.firstAlarmArn = first.short.arn;
    this.registerOutputs({ alarmArns: this.alarmArns });
  }

  private window(args: ObjectiveAlarmsArgs, { alert, span }: { readonly alert: BurnAlert; readonly span: Span }) {
    const { context, service, objective, indicator } = args;
    const alarm = `${service}-${objective.name}-${alert.name}-${span}`;
    const minutes = span === "long" ? alert.longMinutes : alert.shortMinutes;
    const { terms, badShare } = indicatorMath(indicator);
    return new MetricAlarm(
      alarm,
      {
        name: context.name("other", alarm),
        alarmDescription: `${service}: ${objective.name} burns its budget ${factorText(alert.factor)} within ${windowText(minutes)}. One half of a pair: it speaks through the alarm above it. Runbook: ${args.runbookUrls[alert.severity]}`,
        metricQueries: [
          { id: "share", label: "bad share", expression: badShare, returnData: true },
          ...terms.map(({ id, namespace, metric, dimensions, stat }) => ({
            id,
            metric: { namespace, metricName: metric, dimensions, stat, period: minutes * 60 },
            returnData: false,
          })),
        ],
        comparisonOperator: "GreaterThanThreshold",
        threshold: alert.threshold,
        // The window is one period: the cloud takes periods of up to seven days, and slides them.
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        tags: context.tags(alarm),
      },
      { parent: this },
    );
  }
}

function described(args: ObjectiveAlarmsArgs, alerts: readonly BurnAlert[], severity: Severity): string {
  const { service, objective } = args;
  const rates = alerts.map(
    ({ factor, longMinutes, shortMinutes }) =>
      `${factorText(factor)} in ${windowText(longMinutes)} and ${windowText(shortMinutes)}`,
  );
  return `${service}: ${objective.name} of ${objective.target} % over ${objective.windowDays} days burns its budget ${rates.join(", or ")}. Runbook: ${args.runbookUrls[severity]}`;
}

function factorText(factor: number): string {
  return `${Math.round(factor * 100) / 100} times too fast`;
}
