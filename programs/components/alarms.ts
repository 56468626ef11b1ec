import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { declareAlarmTopic } from "./alarmTopic.ts";

export interface AlarmsArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly email: string | undefined;
  readonly alarms: readonly AlarmPlan[];
}

export interface AlarmPlan {
  /** What is wrong when it rings; part of its physical name. */
  readonly role: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Average" | "Maximum" | "Minimum" | "p99";
  readonly when: "above" | "below";
  readonly threshold: number;
  /** How many minutes, or windows of `hours`, in a row it must be so. */
  readonly minutes: number;
  /** Looks at windows of so many hours as a whole, instead of at each minute. A week in all is the furthest it looks back. */
  readonly hours?: number;
  readonly missing: "breaching" | "notBreaching";
}

/** One topic on which everything speaks that a person should hear, and the alarms that speak on it. */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  /** Of each alarm, by its role. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, { context, keyArn, email, alarms }: AlarmsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Alarms"), name, {}, place);
    const child = { parent: this };
    const topicArn = declareAlarmTopic(name, { context, role: "alarms", keyArn, email }, child);
    const arns: Record<string, pulumi.Output<string>> = {};
    for (const plan of alarms) {
      const alarm = `${name}-${plan.role}`;
      const made = new MetricAlarm(
        alarm,
        {
          name: context.name("other", plan.role),
          alarmDescription: plan.description,
          namespace: plan.namespace,
          metricName: plan.metric,
          dimensions: plan.dimensions,
          // Percentiles are a property of their own in the cloud's API.
          ...(plan.statistic === "p99" ? { extendedStatistic: "p99" } : { statistic: plan.statistic }),
          period: plan.hours === undefined ? 60 : plan.hours * 3600,
          evaluationPeriods: plan.minutes,
          threshold: plan.threshold,
          comparisonOperator: plan.when === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
          treatMissingData: plan.missing,
          alarmActions: [topicArn],
          okActions: [topicArn],
          tags: context.tags(alarm),
        },
        child,
      );
      arns[plan.role] = made.arn;
    }
    this.arns = arns;
    this.topicArn = topicArn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
