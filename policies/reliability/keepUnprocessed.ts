import type { KnownResource } from "../judgedResource.ts";
import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { someKnown } from "../unknown.ts";

const queueType = "aws:sqs/queue:Queue";
/** What may name a queue as the place for what failed, and where. */
const namedBy: Readonly<Record<string, readonly string[]>> = {
  [queueType]: ["redrivePolicy"],
  "aws:sqs/redrivePolicy:RedrivePolicy": ["redrivePolicy"],
  "aws:lambda/function:Function": ["deadLetterConfig"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ["destinationConfig"],
  "aws:lambda/eventSourceMapping:EventSourceMapping": ["destinationConfig"],
  "aws:cloudwatch/eventTarget:EventTarget": ["deadLetterConfig"],
  "aws:sns/topicSubscription:TopicSubscription": ["redrivePolicy"],
  "aws:scheduler/schedule:Schedule": ["target"],
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": ["queueUrl"],
};
const separate = "aws:sqs/redrivePolicy:RedrivePolicy";

/** Tells of a queue whether dead letters are handed to it. */
function takersOfDeadLetters(resources: readonly KnownResource[]): (queue: KnownResource) => boolean {
  const namings = Object.entries(namedBy).map(([type, properties]) =>
    referredBy(
      resources.filter(
        (resource) => resource.type === type && properties.some((property) => property in resource.inputs),
      ),
      properties,
    ),
  );
  return (queue) => queue.inputs["redriveAllowPolicy"] !== undefined || someKnown(namings, (isNamed) => isNamed(queue));
}

export const keepUnprocessed = rule({
  name: "reliability-keep-unprocessed",
  description: "A queue must hand what nobody could process to a queue of dead letters.",
  reason:
    "A message that makes its reader fail comes back until it expires: it blocks those behind it for days, and then it is gone.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"], wellArchitected: ["REL05-BP01"] },
  remediation: ["Make a second queue, and name it in redrivePolicy with a maxReceiveCount of a few."],
  check: onWholeStack(Object.keys(namedBy), (resources, report, { each }) => {
    const separatePolicies = resources.filter(({ type }) => type === separate);
    const hasPolicy = referredBy(separatePolicies, ["queueUrl"]);
    const takesDeadLetters = takersOfDeadLetters(resources);
    each(
      resources.filter(({ type }) => type === queueType),
      (queue) => {
        if (queue.inputs["redrivePolicy"] || hasPolicy(queue)) return;
        if (!takesDeadLetters(queue)) report([queue], "it has no redrivePolicy, and takes no dead letters itself");
      },
    );
  }),
});
