import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { onlyOverTls, policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface WorkQueueArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  /** What the queue is to its stack; part of its physical name. */
  readonly role: string;
  /** How long a message is hidden from others while one works on it. */
  readonly visibilitySeconds: number;
  /** After how many failed tries a message is put aside. */
  readonly maxReceives: number;
}

/** Who may put messages into a queue without a role of ours: a service of the cloud, on behalf of one thing. */
export interface QueueSender {
  readonly sid: string;
  readonly service: string;
  readonly sourceArn: pulumi.Input<string>;
}

/** How long dead letters wait for a person; the most that SQS keeps anything. Source: Amazon SQS developer guide, "Quotas". */
const keptSeconds = 14 * 24 * 3600;

/** A queue, and the queue of what could not be done. Both sealed by the stack's key, and spoken to over TLS only. */
export class WorkQueue extends pulumi.ComponentResource {
  readonly queueArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  readonly deadLetterArn: pulumi.Output<string>;
  readonly deadLetterName: pulumi.Output<string>;
  readonly #name: string;

  constructor(name: string, args: WorkQueueArgs, place: ComponentPlace) {
    const { context, keyArn, role } = args;
    super(componentType(context.blueprint, "WorkQueue"), name, {}, place);
    this.#name = name;
    const child = { parent: this };
    const sealed = { kmsMasterKeyId: keyArn, kmsDataKeyReusePeriodSeconds: 300, messageRetentionSeconds: keptSeconds };
    const dead = new Queue(
      `${name}-dead-letters`,
      { ...sealed, name: context.name("other", `${role}-dead-letters`), tags: context.tags(`${name}-dead-letters`) },
      child,
    );
    const queue = new Queue(
      `${name}-queue`,
      {
        ...sealed,
        name: context.name("other", role),
        visibilityTimeoutSeconds: args.visibilitySeconds,
        receiveWaitTimeSeconds: 20,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: args.maxReceives }),
        tags: context.tags(`${name}-queue`),
      },
      child,
    );
    this.queueArn = queue.arn;
    this.queueUrl = queue.id;
    this.queueName = queue.name;
    this.deadLetterArn = dead.arn;
    this.deadLetterName = dead.name;
    new QueuePolicy(
      `${name}-dead-letters`,
      { queueUrl: dead.id, policy: policyDocument([onlyOverTls("sqs", dead.arn)]) },
      child,
    );
    this.registerOutputs({ queueUrl: this.queueUrl });
  }

  /** Says who may send, once they are known: a rule of a bus is made after the queue it sends to. Called once. */
  admit(senders: readonly QueueSender[]): QueuePolicy {
    const statements = senders.map(
      ({ sid, service, sourceArn }): Statement => ({
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sqs:SendMessage",
        Resource: this.queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
      }),
    );
    return new QueuePolicy(
      `${this.#name}-queue`,
      { queueUrl: this.queueUrl, policy: policyDocument([onlyOverTls("sqs", this.queueArn), ...statements]) },
      { parent: this },
    );
  }
}
