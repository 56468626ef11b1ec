import { EventArchive } from "@pulumi/aws/cloudwatch/eventArchive.js";
import { EventBus as AwsEventBus } from "@pulumi/aws/cloudwatch/eventBus.js";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "../components/serviceRole.ts";
import type { WorkQueue } from "../components/workQueue.ts";
import { serviceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { EventServiceInputs } from "./inputs.ts";

export interface EventBusArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly archiveDays: number;
  /** Where starts and ends go to be worked on. */
  readonly work: WorkQueue;
  /** Where goes what could not be delivered. */
  readonly deliveries: WorkQueue;
  readonly telemetry: EventServiceInputs["telemetry"];
}

/** What the schedules say when they fire: the source of events on the bus. */
const source = "meridian.game-events";
/** How long EventBridge tries to deliver before it puts an event aside. */
const patience = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 60 };

/** The bus on which starts and ends of game events are announced, what keeps them for a replay, and where they go. */
export class EventBus extends pulumi.ComponentResource {
  readonly busName: pulumi.Output<string>;
  readonly busArn: pulumi.Output<string>;
  readonly archiveName: pulumi.Output<string>;

  constructor(name: string, args: EventBusArgs, place: ComponentPlace) {
    const { context, keyArn, work, deliveries } = args;
    super(componentType(context.blueprint, "EventBus"), name, {}, place);
    const child = { parent: this };
    const bus = new AwsEventBus(
      `${name}-bus`,
      {
        name: context.name("other", "game-events"),
        description: "Starts and ends of game events",
        kmsKeyIdentifier: keyArn,
        deadLetterConfig: { arn: deliveries.queueArn },
        tags: context.tags(`${name}-bus`),
      },
      child,
    );
    // Everything, also what no rule takes today: a replay may be for a rule that is made tomorrow.
    const archive = new EventArchive(
      `${name}-archive`,
      {
        name: context.name("archive", "game-events"),
        description: "For replays: see the runbook replay",
        eventSourceArn: bus.arn,
        retentionDays: args.archiveDays,
        kmsKeyIdentifier: keyArn,
      },
      child,
    );
    const rule = (role: string, description: string, pattern: unknown) =>
      new EventRule(
        `${name}-${role}`,
        {
          name: context.name("other", role),
          description,
          eventBusName: bus.name,
          eventPattern: JSON.stringify(pattern),
          tags: context.tags(`${name}-${role}`),
        },
        child,
      );
    const delivered = { eventBusName: bus.name, retryPolicy: patience, deadLetterConfig: { arn: deliveries.queueArn } };
    const toWork = rule("to-work", "Starts and ends go to the workers", {
      source: [source],
      "detail-type": ["starts", "ends"],
    });
    const admitted = work.admit([{ sid: "Starts", service: "events.amazonaws.com", sourceArn: toWork.arn }]);
    new EventTarget(
      `${name}-to-work`,
      { ...delivered, rule: toWork.name, targetId: "work", arn: work.queueArn },
      // A queue that does not let the rule in loses what comes first.
      { parent: this, dependsOn: [admitted] },
    );
    const capture =
      args.telemetry === undefined
        ? undefined
        : rule("to-telemetry", "All goes to the telemetry stream", { source: [{ prefix: "meridian." }] });
    if (capture !== undefined && args.telemetry !== undefined) {
      const { streamArn, writerPolicyArn } = args.telemetry;
      const writer = new ServiceRole(
        `${name}-telemetry`,
        {
          context,
          role: "telemetry",
          description: "Writes what the bus says to the telemetry stream",
          trust: serviceTrust(context, "events.amazonaws.com"),
          attachedPolicies: { writer: writerPolicyArn },
        },
        { parent: this, providers: place.providers },
      );
      new EventTarget(
        `${name}-to-telemetry`,
        {
          ...delivered,
          rule: capture.name,
          targetId: "telemetry",
          arn: streamArn,
          roleArn: writer.arn,
          // Records of one game event stay in order.
          kinesisTarget: { partitionKeyPath: "$.detail.id" },
        },
        { parent: this, dependsOn: [writer] },
      );
    }
    deliveries.admit([
      { sid: "LostByBus", service: "events.amazonaws.com", sourceArn: bus.arn },
      { sid: "LostToWork", service: "events.amazonaws.com", sourceArn: toWork.arn },
      ...(capture === undefined
        ? []
        : [{ sid: "LostToTelemetry", service: "events.amazonaws.com", sourceArn: capture.arn }]),
    ]);
    this.busName = bus.name;
    this.busArn = bus.arn;
    this.archiveName = archive.name;
    this.registerOutputs({ busArn: this.busArn });
  }
}
