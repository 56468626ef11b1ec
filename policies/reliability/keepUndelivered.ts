import { onResource, rule } from "../rule.ts";

/** Protocols whose endpoints can be down; a mail or a text message is never handed back. */
const failing: readonly string[] = ["sqs", "lambda", "http", "https", "firehose"];

export const keepUndelivered = rule({
  name: "reliability-keep-undelivered",
  description: "What cannot be delivered to a target must be kept in a queue of dead letters.",
  reason:
    "Delivery is given up after some tries, and what was to be delivered, a purchase or the start of a game event, is dropped without a trace.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"], wellArchitected: ["REL05-BP01"] },
  remediation: [
    "Name a queue: deadLetterConfig.arn of a target, redrivePolicy of a subscription, destinationConfig.onFailure of a stream's mapping.",
  ],
  check: [
    onResource("aws:cloudwatch/eventTarget:EventTarget", ({ deadLetterConfig }, report) => {
      if (!deadLetterConfig?.arn) report("deadLetterConfig.arn is not set");
    }),
    onResource("aws:scheduler/schedule:Schedule", ({ target }, report) => {
      if (!target.deadLetterConfig?.arn) report("target.deadLetterConfig.arn is not set");
    }),
    onResource("aws:sns/topicSubscription:TopicSubscription", ({ protocol, redrivePolicy }, report) => {
      if (failing.includes(protocol) && !redrivePolicy) report("redrivePolicy is not set");
    }),
    onResource(
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      ({ startingPosition, destinationConfig }, report) => {
        // A mapping that names where to start reads a stream; messages of a queue go back into it.
        if (startingPosition && !destinationConfig?.onFailure?.destinationArn)
          report("destinationConfig.onFailure.destinationArn is not set");
      },
    ),
  ],
});
