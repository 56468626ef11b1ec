import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { ROLE, trustOf } from "./lambdaParts.ts";

const BUS = "aws:cloudwatch/eventBus:EventBus";
const ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const QUEUE = "aws:sqs/queue:Queue";

const pattern = JSON.stringify({ source: ["game"] });
const account = (made: Made): string => String(made["bus"]?.outputs["arn"]).split(":")[4] ?? "";

const withBus = async ({ make }: Workshop): Promise<Made> => ({
  bus: await make(BUS, { name: "game" }),
  other: await make(BUS, { name: "other" }),
  closed: await make("aws:kms/key:Key", {}),
});
const withRule = async (workshop: Workshop): Promise<Made> => {
  const { make } = workshop;
  const made = await withBus(workshop);
  return {
    ...made,
    rule: await make(RULE, { name: "starts", eventBusName: "game", eventPattern: pattern }),
    next: await make(RULE, { name: "ends", eventBusName: "game", eventPattern: pattern }),
    queue: await make(QUEUE, { name: "work" }),
    second: await make(QUEUE, { name: "second" }),
    stranger: await make(ROLE, { name: "stranger", assumeRolePolicy: trustOf("ec2.amazonaws.com") }),
  };
};

const cases: readonly ConformanceCase[] = [
  {
    type: BUS,
    needs: async ({ make }) => ({ closed: await make("aws:kms/key:Key", {}) }),
    smallest: () => ({ name: "game" }),
    id: /^game$/,
    outputs: { arn: /^arn:aws:events:eu-west-1:\d{12}:event-bus\/game$/ },
    change: { description: "Game events" },
    replace: { name: "other" },
    spoiled: [
      { name: "a name with a space", with: { name: "my bus" }, code: "ValidationException" },
      { name: "the bus that is always there", with: { name: "default" }, code: "ValidationException" },
      {
        name: "a key that does not let it in",
        with: (made) => ({ kmsKeyIdentifier: made["closed"]?.outputs["arn"] ?? "" }),
        code: "ValidationException",
        at: "create",
      },
    ],
    dependant: {
      type: RULE,
      inputs: () => ({ name: "starts", eventBusName: "game", eventPattern: pattern }),
      code: "ValidationException",
    },
    taken: { code: "ResourceAlreadyExistsException" },
  },
  {
    type: ARCHIVE,
    needs: withBus,
    smallest: (made) => ({ name: "game", eventSourceArn: made["bus"]?.outputs["arn"] ?? "" }),
    id: /^game$/,
    outputs: { arn: /:archive\/game$/, retentionDays: 0 },
    change: { retentionDays: 30, eventPattern: pattern },
    replace: (made) => ({ eventSourceArn: made["other"]?.outputs["arn"] ?? "" }),
    spoiled: [
      { name: "a name of 49 characters", with: { name: "a".repeat(49) }, code: "ValidationException" },
      {
        name: "a pattern of values",
        with: { eventPattern: '{"source":"game"}' },
        code: "InvalidEventPatternException",
      },
      {
        name: "a bus that does not exist",
        with: (made) => ({ eventSourceArn: `arn:aws:events:eu-west-1:${account(made)}:event-bus/nowhere` }),
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
    taken: { code: "ResourceAlreadyExistsException" },
  },
  {
    type: RULE,
    needs: withRule,
    smallest: () => ({ name: "all", eventBusName: "game", eventPattern: pattern }),
    id: /^game\/all$/,
    outputs: { arn: /:rule\/game\/all$/, state: "ENABLED" },
    change: { eventPattern: '{"source":["game","calendar"]}', state: "DISABLED" },
    replace: { eventBusName: "other" },
    spoiled: [
      { name: "nothing to wait for", with: { eventPattern: null }, code: "ValidationException" },
      { name: "a pattern that is no JSON", with: { eventPattern: "{" }, code: "InvalidEventPatternException" },
      {
        name: "a clock on a bus of one's own",
        with: { scheduleExpression: "rate(5 minutes)" },
        code: "ValidationException",
      },
      {
        name: "a bus that does not exist",
        with: { eventBusName: "nowhere" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
    dependant: {
      type: TARGET,
      inputs: (rule, made) => ({
        rule: String(rule.outputs["name"]),
        eventBusName: "game",
        targetId: "queue",
        arn: made["queue"]?.outputs["arn"] ?? "",
      }),
      code: "ValidationException",
    },
    taken: { code: "ResourceAlreadyExistsException" },
  },
  {
    type: TARGET,
    needs: withRule,
    smallest: (made) => ({
      rule: "starts",
      eventBusName: "game",
      targetId: "queue",
      arn: made["queue"]?.outputs["arn"] ?? "",
    }),
    id: /^game-starts-queue$/,
    change: (made) => ({ arn: made["second"]?.outputs["arn"] ?? "", retryPolicy: { maximumRetryAttempts: 4 } }),
    replace: { rule: "ends" },
    spoiled: [
      {
        name: "a day and more of trying",
        with: { retryPolicy: { maximumEventAgeInSeconds: 90_000 } },
        code: "ValidationException",
        property: "retryPolicy.maximumEventAgeInSeconds",
      },
      { name: "two kinds of input", with: { input: "{}", inputPath: "$.detail" }, code: "ValidationException" },
      {
        name: "a rule that does not exist",
        with: { rule: "nothing" },
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "a queue that does not exist",
        with: (made) => ({ arn: `arn:aws:sqs:eu-west-1:${account(made)}:nowhere` }),
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "a role that does not trust it",
        with: (made) => ({ roleArn: made["stranger"]?.outputs["arn"] ?? "" }),
        code: "ValidationException",
        at: "create",
      },
    ],
    taken: { code: "ResourceAlreadyExistsException" },
  },
];

conformance(cases);
