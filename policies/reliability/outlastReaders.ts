import { findReferred, mentionsOf, namesOf } from "../references.ts";
import { onStack, rule } from "../rule.ts";

const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";
const queueType = "aws:sqs/queue:Queue";
const functionType = "aws:lambda/function:Function";

/** Seconds, where a program says nothing (AWS's own defaults). */
const defaults = { visibility: 30, timeout: 3 } as const;

/** As AWS asks for (AWS Lambda Developer Guide, "Configuring an Amazon SQS queue for use with Lambda"). */
const tries = 6;

const seconds = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

export const outlastReaders = rule({
  name: "reliability-outlast-readers",
  description: `A queue must hide a message for ${tries} times as long as the function that reads it may take.`,
  reason:
    "A message that shows again while it is being worked on is worked on twice: a reward is paid twice, and the queue seems never to empty.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"], wellArchitected: ["REL05-BP01"] },
  remediation: [`Set visibilityTimeoutSeconds to ${tries} times the function's timeout or more.`],
  check: onStack(
    [mappingType, queueType, functionType],
    (resources, report, { each }) => {
      const ofType = (type: string) => resources.filter((resource) => resource.type === type);
      const [queues, functions] = [ofType(queueType), ofType(functionType)];
      each(ofType(mappingType), (mapping) => {
        const queue = findReferred(mapping, "eventSourceArn", queues);
        const reader = findReferred(mapping, "functionName", functions);
        if (queue === undefined || reader === undefined) return;
        const hidden = seconds(queue.inputs["visibilityTimeoutSeconds"], defaults.visibility);
        const timeout = seconds(reader.inputs["timeout"], defaults.timeout);
        if (hidden < tries * timeout)
          report(
            [reader, mapping, queue],
            `the queue hides a message for less than ${tries} times the timeout of its reader`,
          );
      });
    },
    {
      keysOf: (resource) =>
        resource.type === mappingType ? mentionsOf(resource, ["eventSourceArn", "functionName"]) : namesOf(resource),
      ways: {
        [mappingType]: [[queueType, functionType]],
        [queueType]: [[mappingType], [queueType, functionType]],
        [functionType]: [[mappingType], [queueType, functionType]],
      },
    },
  ),
});
