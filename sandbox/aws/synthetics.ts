import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { ROLE } from "./iamRole.ts";
import { missingKey } from "./kmsKeys.ts";
import { BUCKET } from "./s3Service.ts";
import { tagsRule } from "./tags.ts";

const CANARY = "aws:synthetics/canary:Canary";

/** Source of the codes: Amazon CloudWatch Synthetics API reference, the errors of each action. */
const synthetics: Service = {
  name: "synthetics",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: "ConflictException",
    throttled: "TooManyRequestsException",
  },
};

/** Days for which results may be kept. Source: API reference, CreateCanary. */
const days = { default: 31, min: 1, max: 455 };

const canary: ResourceModel = {
  type: CANARY,
  service: synthetics,
  inputs: inputsOf(CANARY, {
    executionRoleArn: { ref: { type: ROLE, by: "arn", code: "ValidationException", holds: false } },
    s3Bucket: { ref: { type: BUCKET, code: "ValidationException", holds: false } },
    handler: { minLength: 1, maxLength: 128, pattern: "^([0-9a-zA-Z_/-]+(\\.|/))+[\\w-]+$" },
    runtimeVersion: { pattern: "^syn-(nodejs|python)-[a-z0-9.-]+$" },
    schedule: {
      properties: {
        durationInSeconds: { default: 0, min: 0, max: 31_622_400 },
        expression: { check: (expression) => scheduleFault(String(expression)) },
      },
    },
    failureRetentionPeriod: days,
    successRetentionPeriod: days,
    // Filled in field by field: a run configuration that leaves memory out takes what the service gives.
    runConfig: { properties: { memoryInMb: { computed: true }, ephemeralStorage: { computed: true } } },
    tags: tagsRule("ValidationException"),
  }),
  autoname: { property: "name", maxLength: 255, lower: true },
  unique: [{ by: ["name"], code: "ConflictException" }],
  check: (inputs) => [...oneSource(inputs), ...longerThanSchedule(inputs)],
  refuse: (draft) => missingResults(draft) ?? missingKey(draft, "kmsKeyArn", { code: "ValidationException" }),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("synthetics", place, `canary:${id}`),
    engineArn: ({ id, place, cloud }) => arn("lambda", place, `function:cwsyn-${id}-${cloud.random.uuid()}:1`),
    sourceLocationArn: ({ id, place, cloud }) => arn("lambda", place, `layer:cwsyn-${id}-${cloud.random.uuid()}:1`),
    runConfig: () => ({ activeTracing: false, ephemeralStorage: 1024, memoryInMb: 1000, timeoutInSeconds: 840 }),
    status: {
      onWrite: ({ inputs }) => (inputs["startCanary"] === true ? "RUNNING" : "READY"),
      exceptFor: ["tags", "tagsAll"],
    },
    timelines: ({ cloud }) => [{ created: cloud.now, lastModified: cloud.now, lastStarted: "", lastStopped: "" }],
  },
  keys: ["arn"],
  seconds: { create: 20, update: 20, delete: 10 },
};

/** Source: CloudWatch user guide, "Schedule canary runs": once, every minute to every hour, or by cron. */
function scheduleFault(expression: string): string | undefined {
  if (/^cron\(\S+( \S+){5}\)$/.test(expression)) return undefined;
  const [, count, unit] = /^rate\((\d+) (minutes?|hour)\)$/.exec(expression) ?? [];
  const minutes = Number(count) * (unit === "hour" ? 60 : 1);
  const once = minutes === 0;
  const grammatical = once || (unit === "minutes") === minutes > 1 || unit === "hour";
  if (count !== undefined && minutes <= 60 && grammatical) return undefined;
  return `is no schedule: '${expression}'`;
}

function oneSource(inputs: Properties): readonly Problem[] {
  const packed = inputs["zipFile"] !== undefined;
  const stored = inputs["s3Bucket"] !== undefined && inputs["s3Key"] !== undefined;
  if (packed !== stored) return [];
  const message = "exactly one of zipFile, and s3Bucket with s3Key, must be given";
  return [{ code: "ValidationException", message, property: packed ? "zipFile" : "s3Bucket" }];
}

/** A run must have ended before the next one begins. */
function longerThanSchedule(inputs: Properties): readonly Problem[] {
  const seconds = object(inputs, "runConfig")["timeoutInSeconds"];
  const [, count] = /^rate\((\d+) minutes?\)$/.exec(text(object(inputs, "schedule"), "expression") ?? "") ?? [];
  if (typeof seconds !== "number" || count === undefined || count === "0") return [];
  if (seconds <= Number(count) * 60) return [];
  const message = "the timeout must not be greater than the frequency of the canary";
  return [{ code: "ValidationException", message, property: "runConfig.timeoutInSeconds" }];
}

function missingResults({ inputs, cloud }: Draft): Problem | undefined {
  const location = text(inputs, "artifactS3Location") ?? "";
  const name = /^s3:\/\/([^/]+)/i.exec(location)?.[1] ?? "";
  if (cloud.find(BUCKET, name) !== undefined) return undefined;
  const message = `The bucket of ${location} does not exist`;
  return { code: "ValidationException", message, property: "artifactS3Location" };
}

/** Amazon CloudWatch Synthetics. */
export const syntheticsModels: readonly ResourceModel[] = [canary];
