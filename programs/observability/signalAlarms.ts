import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Severity } from "./burnRate.ts";

/** An alarm on one metric: what no objective speaks of, and a person must still hear. */
export interface SignalPlan {
  /** What is wrong when it rings; part of its physical name. */
  readonly role: string;
  readonly description: string;
  readonly severity: Severity;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Average";
  readonly when: "above" | "below";
  readonly threshold: number;
  readonly periodSeconds: number;
  /** How many periods in a row it must be so. */
  readonly periods: number;
  readonly missing: "breaching" | "notBreaching";
  readonly runbookUrl: string;
}

export interface SignalAlarmsArgs {
  readonly context: StackContext;
  readonly plans: readonly SignalPlan[];
  readonly actions: Readonly<Record<Severity, readonly pulumi.Input<string>[]>>;
  /** By severity, who hears that it is over. */
  readonly topicArns: Readonly<Record<Severity, pulumi.Input<string>>>;
}

/** Alarms on single metrics, each routed by its severity. */
export class SignalAlarms extends pulumi.ComponentResource {
  constructor(name: string, { context, plans, actions, topicArns }: SignalAlarmsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "SignalAlarms"), name, {}, place);
    for (const plan of plans) {
      const alarm = `${name}-${plan.role}`;
      new MetricAlarm(
        alarm,
        {
          name: context.name("other", plan.role),
          alarmDescription: `${plan.description}. Runbook: ${plan.runbookUrl}`,
          namespace: plan.namespace,
          metricName: plan.metric,
          dimensions: plan.dimensions,
          statistic: plan.statistic,
          period: plan.periodSeconds,
          evaluationPeriods: plan.periods,
          threshold: plan.threshold,
          comparisonOperator: plan.when === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
          treatMissingData: plan.missing,
          alarmActions: [...actions[plan.severity]],
          okActions: [topicArns[plan.severity]],
          tags: context.tags(alarm),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
