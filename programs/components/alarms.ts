import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

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
  /** How many minutes in a row it must be so. */
  readonly minutes: number;
  readonly missing: "breaching" | "notBreaching";
}

/** One topic on which everything speaks that a person should hear, and the alarms that speak on it. */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn, email, alarms }: AlarmsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Alarms"), name, {}, place);
    const child = { parent: this };
    const topic = new Topic(
      `${name}-topic`,
      { name: context.name("other", "alarms"), kmsMasterKeyId: keyArn, tags: context.tags(`${name}-topic`) },
      child,
    );
    const speakers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"];
    new TopicPolicy(
      `${name}-topic`,
      {
        arn: topic.arn,
        policy: policyDocument(
          speakers.map((Service) => ({
            Effect: "Allow",
            Principal: { Service },
            Action: "sns:Publish",
            Resource: topic.arn,
            Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
          })),
        ),
      },
      child,
    );
    if (email !== undefined) {
      new TopicSubscription(`${name}-email`, { topic: topic.arn, protocol: "email", endpoint: email }, child);
    }
    for (const plan of alarms) {
      const alarm = `${name}-${plan.role}`;
      new MetricAlarm(
        alarm,
        {
          name: context.name("other", plan.role),
          alarmDescription: plan.description,
          namespace: plan.namespace,
          metricName: plan.metric,
          dimensions: plan.dimensions,
          // Percentiles are a property of their own in the cloud's API.
          ...(plan.statistic === "p99" ? { extendedStatistic: "p99" } : { statistic: plan.statistic }),
          period: 60,
          evaluationPeriods: plan.minutes,
          threshold: plan.threshold,
          comparisonOperator: plan.when === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
          treatMissingData: plan.missing,
          alarmActions: [topic.arn],
          okActions: [topic.arn],
          tags: context.tags(alarm),
        },
        child,
      );
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
