import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { TABLE } from "./dynamodb.ts";
import { roleMay } from "./iamRights.ts";
import { findFunction, INVALID, lambda } from "./lambdaService.ts";
import { QUEUE } from "./sqs.ts";
import { tagsRule } from "./tags.ts";

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** Where a mapping reads, and what the function's role must be allowed for it. Source: AWS Lambda developer guide, "Event source mappings". */
const SOURCES = [
  { arn: /^arn:aws[a-z-]*:sqs:/, action: "sqs:ReceiveMessage", type: QUEUE, by: "arn" },
  {
    arn: /^arn:aws[a-z-]*:dynamodb:.*\/stream\//,
    action: "dynamodb:GetRecords",
    type: TABLE,
    by: "streamArn",
  },
] as const;

export const eventSourceMapping: ResourceModel = {
  type: MAPPING,
  service: lambda,
  inputs: inputsOf(MAPPING, {
    functionResponseTypes: { items: { enum: ["ReportBatchItemFailures"] } },
    startingPosition: { enum: ["LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"] },
    tags: tagsRule(INVALID),
  }),
  unique: [{ by: ["functionArn", "eventSourceArn"], code: "ResourceConflictException" }],
  check: (given) => {
    const source = text(given, "eventSourceArn") ?? "";
    const stream = /:(dynamodb|kinesis):/.test(source);
    if (!stream || given["startingPosition"] !== undefined) return [];
    return [
      {
        code: INVALID,
        message: "1 validation error: startingPosition is required for streams",
        property: "startingPosition",
      },
    ];
  },
  refuse: unreadable,
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: {
    uuid: ({ id }) => id,
    arn: ({ id, place }) => arn("lambda", place, `event-source-mapping:${id}`),
    functionArn: {
      onWrite: ({ inputs, cloud }) => findFunction(text(inputs, "functionName") ?? "", cloud)?.outputs["arn"] ?? "",
    },
    lastModified: { onWrite: ({ cloud }) => cloud.now },
    lastProcessingResult: () => "",
    state: { onWrite: ({ inputs }) => (String(inputs["enabled"]) === "false" ? "Disabled" : "Enabled") },
    stateTransitionReason: () => "USER_INITIATED",
    maximumRecordAgeInSeconds: ({ inputs }) => (inputs["startingPosition"] === undefined ? 0 : -1),
    maximumRetryAttempts: ({ inputs }) => (inputs["startingPosition"] === undefined ? 0 : -1),
    parallelizationFactor: ({ inputs }) => (inputs["startingPosition"] === undefined ? 0 : 1),
  },
  keys: ["arn"],
  seconds: { create: 10, update: 5, delete: 10 },
};

function unreadable(draft: Draft): Problem | undefined {
  const { inputs, cloud } = draft;
  const target = findFunction(text(inputs, "functionName") ?? "", cloud);
  if (target === undefined) {
    return {
      code: INVALID,
      message: `Function does not exist: ${text(inputs, "functionName")}`,
      property: "functionName",
    };
  }
  const reference = text(inputs, "eventSourceArn") ?? "";
  const source = SOURCES.find((each) => each.arn.test(reference));
  if (source === undefined) return undefined;
  const refuse = (message: string): Problem => ({ code: INVALID, message, property: "eventSourceArn" });
  const found = cloud.find(source.type, reference, source.by);
  if (found === undefined) return refuse(`The event source ${reference} does not exist`);
  if (!roleMay(text(target.outputs, "role") ?? "", source.action, cloud)) {
    const action = source.action.split(":")[1];
    return refuse(`The function execution role does not have permissions to call ${action} on ${reference}`);
  }
  const visibility = Number(found.outputs["visibilityTimeoutSeconds"] ?? Number.POSITIVE_INFINITY);
  const timeout = Number(target.outputs["timeout"] ?? 3);
  if (source.type !== QUEUE || visibility >= timeout) return undefined;
  return refuse(`Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`);
}
