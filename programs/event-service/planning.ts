import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import { Schedule } from "@pulumi/aws/scheduler/schedule.js";
import { ScheduleGroup } from "@pulumi/aws/scheduler/scheduleGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { CloudFunction, type FunctionCode } from "../components/cloudFunction.ts";
import { ServiceRole } from "../components/serviceRole.ts";
import type { WorkQueue } from "../components/workQueue.ts";
import { arn, type Statement, serviceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { EventBus } from "./eventBus.ts";
import type { ScheduleStore } from "./scheduleStore.ts";

export interface PlanningArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly code: FunctionCode;
  readonly store: ScheduleStore;
  readonly bus: EventBus;
  readonly deliveries: WorkQueue;
  readonly logRetentionDays: number;
}

/**
 * What turns the schedule into starts and ends on the bus. Each minute, and where the store is made also at each change, a function makes
 * one-time schedules for what is near; their names are such that a second one is refused, so that it may run as often as it likes.
 */
export class Planning extends pulumi.ComponentResource {
  readonly groupName: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: PlanningArgs, place: ComponentPlace) {
    const { context, keyArn, store, bus, deliveries } = args;
    super(componentType(context.blueprint, "Planning"), name, {}, place);
    const inThis = { parent: this, providers: place.providers };
    const group = new ScheduleGroup(
      `${name}-group`,
      { name: context.name("other", "starts"), tags: context.tags(`${name}-group`) },
      { parent: this },
    );
    const putAside: readonly Statement[] = [
      { Sid: "PutAside", Effect: "Allow", Action: "sqs:SendMessage", Resource: deliveries.queueArn },
      { Sid: "UseKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn },
    ];
    const announcer = new ServiceRole(
      `${name}-announcer`,
      {
        context,
        role: "announcer",
        description: "Says on the bus that a game event starts or ends",
        trust: serviceTrust(context, "scheduler.amazonaws.com"),
        statements: [
          { Sid: "Announce", Effect: "Allow", Action: "events:PutEvents", Resource: bus.busArn },
          ...putAside,
        ],
      },
      inThis,
    );
    const plan = new CloudFunction(
      name,
      {
        context,
        keyArn,
        role: "plan",
        description: "Makes the schedules of game events that are near",
        code: args.code,
        handler: "plan.handler",
        environment: {
          SCHEDULE_TABLE: store.tableName,
          SCHEDULE_GROUP: group.name,
          SCHEDULE_ROLE_ARN: announcer.arn,
          EVENT_BUS_ARN: bus.busArn,
          DELIVERY_DEAD_LETTERS_ARN: deliveries.queueArn,
          KEY_ARN: keyArn,
        },
        statements: [...store.rights("read"), ...streamRights(args), ...scheduling(args, group.name, announcer.arn)],
        timeoutSeconds: 50,
        // Two: the clock's and that of a change. What they make is made once.
        concurrency: 2,
        deadLetterArn: deliveries.queueArn,
        logRetentionDays: args.logRetentionDays,
      },
      inThis,
    );
    const caller = new ServiceRole(
      `${name}-clock`,
      {
        context,
        role: "clock",
        description: "Calls the planning each minute",
        trust: serviceTrust(context, "scheduler.amazonaws.com"),
        statements: [
          { Sid: "Call", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: plan.arn },
          ...putAside,
        ],
      },
      inThis,
    );
    new Schedule(
      `${name}-clock`,
      {
        name: context.name("other", "clock"),
        groupName: group.name,
        description: "Each minute, what is near is planned",
        scheduleExpression: "rate(1 minute)",
        flexibleTimeWindow: { mode: "OFF" },
        kmsKeyArn: keyArn,
        target: {
          arn: plan.arn,
          roleArn: caller.arn,
          // The next minute does what this one could not.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
          deadLetterConfig: { arn: deliveries.queueArn },
        },
      },
      { parent: this, dependsOn: [caller] },
    );
    if (store.streamArn !== undefined) {
      new EventSourceMapping(
        `${name}-changes`,
        {
          functionName: plan.arn,
          eventSourceArn: store.streamArn,
          startingPosition: "LATEST",
          batchSize: 100,
          maximumBatchingWindowInSeconds: 1,
          maximumRetryAttempts: 5,
          maximumRecordAgeInSeconds: 3600,
          bisectBatchOnFunctionError: true,
          destinationConfig: { onFailure: { destinationArn: deliveries.queueArn } },
          tags: context.tags(`${name}-changes`),
        },
        { parent: this, dependsOn: [plan] },
      );
    }
    this.groupName = group.name;
    this.functionName = plan.functionName;
    this.registerOutputs({ groupName: this.groupName });
  }
}

function streamRights({ store }: PlanningArgs): readonly Statement[] {
  if (store.streamArn === undefined) return [];
  return [
    {
      Sid: "HearChanges",
      Effect: "Allow",
      Action: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
      Resource: store.streamArn,
    },
  ];
}

/** Schedules of this group alone, and the role that they speak with. */
function scheduling(
  { context }: PlanningArgs,
  group: pulumi.Input<string>,
  announcer: pulumi.Input<string>,
): readonly Statement[] {
  return [
    {
      Sid: "MakeSchedules",
      Effect: "Allow",
      Action: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
      Resource: arn(context, "scheduler", pulumi.interpolate`schedule/${group}/*`),
    },
    {
      Sid: "HandOverAnnouncer",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: announcer,
      Condition: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    },
  ];
}
