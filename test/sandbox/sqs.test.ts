import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const QUEUE = "aws:sqs/queue:Queue";
const POLICY = "aws:sqs/queuePolicy:QueuePolicy";

const redrive = (deadLetterTargetArn: unknown, maxReceiveCount: number) =>
  JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
const withDeadLetters = async ({ make }: Workshop): Promise<Made> => ({
  dead: await make(QUEUE, { name: "dead" }),
  fifo: await make(QUEUE, { name: "dead.fifo", fifoQueue: true }),
});
const withQueues = async ({ make }: Workshop): Promise<Made> => ({
  queue: await make(QUEUE, { name: "work" }),
  other: await make(QUEUE, { name: "other" }),
});
const policyFor = (arn: unknown, service = "events.amazonaws.com") =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sqs:SendMessage", Resource: arn }],
  });

const cases: readonly ConformanceCase[] = [
  {
    type: QUEUE,
    needs: withDeadLetters,
    smallest: () => ({ name: "work" }),
    id: /^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/\d{12}\/work$/,
    outputs: {
      arn: /^arn:aws:sqs:eu-west-1:\d{12}:work$/,
      url: /\/work$/,
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 345_600,
      sqsManagedSseEnabled: true,
    },
    change: (made) => ({
      visibilityTimeoutSeconds: 120,
      redrivePolicy: redrive(made["dead"]?.outputs["arn"], 5),
      tags: { team: "live" },
    }),
    replace: { name: "other" },
    spoiled: [
      { name: "a name with a space", with: { name: "my work" }, code: "InvalidParameterValue" },
      {
        name: "a FIFO queue without the ending",
        with: { fifoQueue: true },
        code: "InvalidParameterValue",
        property: "name",
      },
      { name: "retention of 15 days", with: { messageRetentionSeconds: 1_296_000 }, code: "InvalidAttributeValue" },
      {
        name: "a redrive that never comes",
        with: (made) => ({ redrivePolicy: redrive(made["dead"]?.outputs["arn"], 0) }),
        code: "InvalidParameterValue",
      },
      {
        name: "dead letters of another kind of queue",
        with: (made) => ({ redrivePolicy: redrive(made["fifo"]?.outputs["arn"], 3) }),
        code: "InvalidParameterValue",
      },
      {
        name: "dead letters that go nowhere",
        with: { redrivePolicy: redrive("arn:aws:sqs:eu-west-1:100000000001:nowhere", 3) },
        code: "InvalidParameterValue",
        at: "create",
      },
      {
        name: "a key that does not exist",
        with: { kmsMasterKeyId: "00000000-0000-0000-0000-000000000000" },
        code: "InvalidAttributeValue",
        at: "create",
      },
    ],
    taken: { code: "QueueAlreadyExists" },
  },
  {
    type: POLICY,
    needs: withQueues,
    smallest: (made) => ({ queueUrl: made["queue"]?.id ?? "", policy: policyFor(made["queue"]?.outputs["arn"]) }),
    id: /\/work$/,
    change: (made) => ({ policy: policyFor(made["queue"]?.outputs["arn"], "sns.amazonaws.com") }),
    replace: (made) => ({ queueUrl: made["other"]?.id ?? "", policy: policyFor(made["other"]?.outputs["arn"]) }),
    spoiled: [
      { name: "a policy that is none", with: { policy: "{}" }, code: "InvalidAttributeValue" },
      {
        name: "a queue that does not exist",
        with: { queueUrl: "https://sqs.eu-west-1.amazonaws.com/100000000001/nowhere" },
        code: "AWS.SimpleQueueService.NonExistentQueue",
        at: "create",
      },
    ],
  },
];

conformance(cases);
