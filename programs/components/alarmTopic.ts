import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { topicPolicyDocument } from "../policyDocument.ts";
import type { StackContext } from "../stackContext.ts";

export interface AlarmTopicArgs {
  readonly context: StackContext;
  /** What the topic is to its stack; part of its physical name. */
  readonly role: string;
  readonly keyArn: pulumi.Input<string>;
  readonly email: string | undefined;
  /** HTTPS, of a service that wakes people. Whoever knows it can send to it: it is kept as a secret. */
  readonly endpoint?: string | undefined;
  /** The queue that takes what the endpoint did not; a person's mailbox needs none. */
  readonly undeliveredArn?: pulumi.Input<string> | undefined;
}

/** A topic under the stack's key, on which alarms and budgets of this account alone can speak, and who hears it. Answers its ARN. */
export function declareAlarmTopic(
  name: string,
  { context, role, keyArn, email, endpoint, undeliveredArn }: AlarmTopicArgs,
  child: { readonly parent: pulumi.Resource },
): pulumi.Output<string> {
  const topic = new Topic(
    `${name}-topic`,
    { name: context.name("other", role), kmsMasterKeyId: keyArn, tags: context.tags(`${name}-topic`) },
    child,
  );
  const speakers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"];
  new TopicPolicy(
    `${name}-topic`,
    {
      arn: topic.arn,
      policy: topicPolicyDocument(context, topic.arn, speakers),
    },
    child,
  );
  if (email !== undefined) {
    new TopicSubscription(`${name}-email`, { topic: topic.arn, protocol: "email", endpoint: email }, child);
  }
  if (endpoint !== undefined) {
    new TopicSubscription(
      `${name}-endpoint`,
      {
        topic: topic.arn,
        protocol: "https",
        endpoint: pulumi.secret(endpoint),
        ...(undeliveredArn === undefined
          ? {}
          : { redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undeliveredArn }) }),
      },
      child,
    );
  }
  return topic.arn;
}
