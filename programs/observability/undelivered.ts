import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { onlyOverTls, policyDocument, type Statement, sealingBy } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface UndeliveredArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
}

/** The longest that a queue keeps a message, in seconds. Source: Amazon SQS API reference, SetQueueAttributes. */
const fortnight = 1_209_600;

/** Pages and tickets that an incident platform did not take: kept until someone has seen them. */
export class Undelivered extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;

  constructor(name: string, { context, keyArn }: UndeliveredArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Undelivered"), name, {}, place);
    const queue = new Queue(
      `${name}-queue`,
      {
        name: context.name("other", "undelivered"),
        kmsMasterKeyId: keyArn,
        messageRetentionSeconds: fortnight,
        tags: context.tags(`${name}-queue`),
      },
      { parent: this },
    );
    const own = { StringEquals: { "aws:SourceAccount": context.accountId } };
    new QueuePolicy(
      `${name}-queue`,
      {
        queueUrl: queue.url,
        policy: policyDocument([
          {
            Sid: "TopicsOfThisAccount",
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queue.arn,
            Condition: own,
          },
          onlyOverTls("sqs", queue.arn),
        ]),
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.queueName = queue.name;
    this.registerOutputs({ queueName: this.queueName });
  }
}

/** What the stack's key must let, so that topics can put messages into the queue. Source: Amazon SNS guide, "Dead-letter queues". */
export function undeliveredKeyStatement(context: StackContext): Statement {
  return sealingBy(context, "TopicsToTheirDeadLetters", "sns.amazonaws.com");
}
