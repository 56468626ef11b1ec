import { z } from "zod";
import { whole } from "../inputShapes.ts";
import { httpsUrl, shortName } from "./fields.ts";

const targetError =
  'give the target in percent, as text with at most three places and below 100, such as "99.9": a target of 100 leaves no budget, and its alarm would always ring';
const target = z.string({ error: targetError }).regex(/^\d{1,2}(\.\d{1,3})?$/, { error: targetError });

const objectiveOf = {
  name: shortName("the objective", 16).optional().describe("Left out: its kind. Part of its alarms' names."),
  target: target.describe("The share of good events, in percent: `99.9`."),
  windowDays: whole("the objective's window in days", 7, 90)
    .default(30)
    .describe("The days over which the target holds."),
};

const objective = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("availability"), ...objectiveOf }),
    z.strictObject({
      kind: z.literal("latency"),
      ...objectiveOf,
      thresholdMillis: whole("the slowest good answer, thresholdMillis, in milliseconds", 1, 86_400_000).describe(
        "What is answered within it is good; of a queue, the age of its oldest message.",
      ),
    }),
  ],
  { error: "give kind as availability or latency" },
);

const common = {
  name: shortName("the service", 20).describe("What dashboards and alarms call it."),
  objectives: z
    .array(objective, { error: "give a list of objectives" })
    .min(1, { error: "give at least one objective: without one there is nothing to alarm on" })
    .max(4, { error: "give at most four objectives of one service" }),
  runbookUrl: httpsUrl("the service's own runbook").optional().describe("Instead of the runbooks of this blueprint."),
};

const requests = {
  requestsPerMinute: whole("the requests of a quiet minute", 1, 100_000_000)
    .default(60)
    .describe("Requests of a quiet minute. What is too rare for an objective to be measured is refused."),
};

const text = (what: string) =>
  z
    .string({ error: `give ${what}` })
    .min(1, { error: `give ${what}` })
    .max(255, { error: `give ${what}, in at most 255 characters` });

const balancerError =
  "give the load balancer's name in metrics, app/<name>/<sixteen digits>: the output lobbyLoadBalancerName of game-servers";

const operations = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem"] as const;

/** What is watched, by what the cloud calls it. */
export const service = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("load-balancer"),
      ...common,
      ...requests,
      loadBalancer: z.string({ error: balancerError }).regex(/^app\/[\w-]{1,32}\/[\w-]+$/, { error: balancerError }),
    }),
    z.strictObject({
      kind: z.literal("http-api"),
      ...common,
      ...requests,
      apiId: text("the id of the HTTP API"),
      stage: text("the stage, or leave it out").optional().describe("Left out: all of them."),
    }),
    z.strictObject({ kind: z.literal("function"), ...common, ...requests, functionName: text("the function's name") }),
    z.strictObject({
      kind: z.literal("queue"),
      ...common,
      queueName: text("the queue's name"),
      deadLetterQueueName: text("the name of the queue's dead letters")
        .optional()
        .describe("A minute is good while it is empty; an objective of availability needs it."),
    }),
    z.strictObject({
      kind: z.literal("table"),
      ...common,
      ...requests,
      tableName: text("the table's name"),
      operations: z
        .array(z.enum(operations, { error: `give operations out of ${operations.join(", ")}` }))
        .min(1, { error: "give at least one operation" })
        .max(3, { error: "give at most three operations: an alarm takes ten metrics, and each needs three" })
        .default(["GetItem", "PutItem", "Query"])
        .describe("What counts."),
    }),
    z.strictObject({
      kind: z.literal("custom-metric"),
      ...common,
      ...requests,
      namespace: text("the metrics' namespace"),
      dimensions: z
        .record(z.string(), text("the dimension's value"), { error: "give an object from dimension to value" })
        .default({}),
      totalMetric: text("the metric that counts all events"),
      goodMetric: text("the metric that counts good events").optional().describe("Either this or `badMetric`."),
      badMetric: text("the metric that counts bad events").optional(),
      latencyMetric: text("the metric whose values are the time an answer took").optional(),
      latencyUnit: z
        .enum(["seconds", "milliseconds"], { error: "give seconds or milliseconds" })
        .default("milliseconds"),
    }),
  ],
  { error: "give kind as load-balancer, http-api, function, queue, table or custom-metric" },
);

export type ServiceInputs = z.output<typeof service>;
export type ObjectiveInputs = z.output<typeof objective>;

/** What an objective is called: by its name, or by its kind. */
export function objectiveName({ name, kind }: ObjectiveInputs): string {
  return name ?? kind;
}
