import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text, UNKNOWN } from "../model/values.ts";
import { arn } from "./arn.ts";
import { metricFilter, queryDefinition } from "./cloudwatchLogFilters.ts";
import { FILTER, GROUP, INVALID, logs } from "./cloudwatchLogsService.ts";
import { missingKey, serviceMayUse } from "./kmsKeys.ts";
import { tagsRule } from "./tags.ts";

const LOG_STREAM = "aws:cloudwatch/logStream:LogStream";

const logGroup: ResourceModel = {
  type: GROUP,
  service: logs,
  inputs: inputsOf(GROUP, {
    name: { pattern: "^[.\\-_/#A-Za-z0-9]+$" },
    // 0 keeps for ever. The days are those of the API, PutRetentionPolicy.
    retentionInDays: {
      default: 0,
      enum: [
        0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
      ],
    },
    logGroupClass: { immutable: true },
    kmsKeyId: { pattern: "^arn:[^:]+:kms:[^:]+:\\d{12}:key/.+$" },
    skipDestroy: { default: false },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 512 },
  unique: [{ by: ["name"], code: "ResourceAlreadyExistsException" }],
  check: (inputs) => {
    const { retentionInDays: days = 0 } = inputs;
    if (inputs["logGroupClass"] !== "DELIVERY" || days === UNKNOWN || [0, 2].includes(Number(days))) return [];
    return [
      { code: INVALID, message: "a group of the class DELIVERY keeps for two days", property: "retentionInDays" },
    ];
  },
  refuse: (draft) => missingKey(draft, "kmsKeyId", { code: INVALID }) ?? forbiddenKey(draft),
  refuseDelete: ({ outputs }) =>
    outputs["deletionProtectionEnabled"] === true
      ? {
          code: "ValidationException",
          message: "Cannot delete log group with deletion protection enabled. Disable deletion protection first.",
        }
      : undefined,
  removes: ({ id }, cloud) =>
    [...cloud.all(LOG_STREAM), ...cloud.all(FILTER)].filter(({ outputs }) => outputs["logGroupName"] === id),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("logs", place, `log-group:${id}`),
    logGroupClass: () => "STANDARD",
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1 },
};

/** The service writes with the key on its own: a key that does not let it is refused at once. */
function forbiddenKey({ inputs, place, cloud }: Draft): Problem | undefined {
  const key = text(inputs, "kmsKeyId");
  if (key === undefined || serviceMayUse(key, new RegExp(`^logs\\.(${place.region}\\.)?amazonaws\\.com`), cloud)) {
    return undefined;
  }
  const group = arn("logs", place, `log-group:${text(inputs, "name")}`);
  const message = `The specified KMS key does not exist or is not allowed to be used with LogGroup '${group}'`;
  return { code: INVALID, message, property: "kmsKeyId" };
}

/** Streams go with their group. */
const logStream: ResourceModel = {
  type: LOG_STREAM,
  service: logs,
  inputs: inputsOf(LOG_STREAM, {
    name: { immutable: true, minLength: 1, maxLength: 512, pattern: "^[^:*]*$" },
    logGroupName: { immutable: true, ref: { type: GROUP, code: "ResourceNotFoundException", holds: false } },
  }),
  autoname: { property: "name", maxLength: 512 },
  unique: [{ by: ["logGroupName", "name"], code: "ResourceAlreadyExistsException" }],
  // The provider's id is the name alone, which streams of other groups may have too.
  id: ({ inputs }) => `${text(inputs, "logGroupName")}:${text(inputs, "name")}`,
  outputs: {
    arn: ({ inputs, place }) =>
      arn("logs", place, `log-group:${text(inputs, "logGroupName")}:log-stream:${text(inputs, "name")}`),
  },
  seconds: { create: 1 },
};

/** Amazon CloudWatch Logs. */
export const cloudwatchLogs: readonly ResourceModel[] = [logGroup, logStream, metricFilter, queryDefinition];
