import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, type Properties, text, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { missingKey } from "./kmsKeys.ts";
import { policyRule } from "./policyDocument.ts";
import { missingPrincipal } from "./policyPrincipals.ts";
import { tagsRule } from "./tags.ts";

export const QUEUE = "aws:sqs/queue:Queue";
const POLICY = "aws:sqs/queuePolicy:QueuePolicy";

/** Source of the codes: Amazon SQS API reference, the errors of each action. */
const sqs: Service = {
  name: "sqs",
  codes: {
    missing: "MissingParameter",
    invalid: "InvalidAttributeValue",
    notFound: "AWS.SimpleQueueService.NonExistentQueue",
    inUse: "InvalidParameterValue",
    throttled: "RequestThrottled",
  },
};

/** Source of the form: Amazon SQS API reference, CreateQueue. */
const NAME = "^[A-Za-z0-9_-]{1,75}\\.fifo$|^[A-Za-z0-9_-]{1,80}$";
/** Once chosen by the cloud these stay what they are when an input is left away. */
const document: PropertyRule = { json: true };

const inputs = inputsOf(QUEUE, {
  name: { code: "InvalidParameterValue", pattern: NAME },
  contentBasedDeduplication: { default: false },
  delaySeconds: { default: 0 },
  receiveWaitTimeSeconds: { default: 0 },
  visibilityTimeoutSeconds: { default: 30 },
  messageRetentionSeconds: { default: 345_600 },
  maxMessageSize: { default: 262_144 },
  deduplicationScope: { enum: ["messageGroup", "queue"] },
  fifoThroughputLimit: { enum: ["perQueue", "perMessageGroupId"] },
  policy: policyRule("resource", "InvalidAttributeValue"),
  redrivePolicy: document,
  redriveAllowPolicy: document,
  tags: tagsRule("InvalidParameterValue"),
});

const allButKey = Object.keys(inputs).filter((name) => !["kmsMasterKeyId", "sqsManagedSseEnabled"].includes(name));

const queue: ResourceModel = {
  type: QUEUE,
  service: sqs,
  inputs,
  autoname: { property: "name", maxLength: 80 },
  unique: [{ by: ["name"], code: "QueueAlreadyExists" }],
  check: (given) => [...wrongName(given), ...wrongRedrive(given), ...twoEncryptions(given)],
  refuse: (draft) =>
    missingKey(draft, "kmsMasterKeyId", { code: "InvalidAttributeValue" }) ??
    missingPrincipal(draft, "policy", "InvalidAttributeValue") ??
    missingDeadLetters(draft),
  removes: ({ id }, cloud) => cloud.all(POLICY).filter(({ outputs }) => outputs["queueUrl"] === id),
  id: ({ inputs: given, place }) =>
    `https://sqs.${place.region}.amazonaws.com/${place.account}/${text(given, "name") ?? ""}`,
  outputs: {
    arn: ({ inputs: given, place }) => arn("sqs", place, text(given, "name") ?? ""),
    url: ({ id }) => id,
    deduplicationScope: () => "",
    fifoThroughputLimit: () => "",
    kmsDataKeyReusePeriodSeconds: () => 300,
    namePrefix: () => "",
    policy: () => "",
    redrivePolicy: () => "",
    redriveAllowPolicy: () => "",
    // The service's own key seals what no other key does.
    sqsManagedSseEnabled: {
      onWrite: ({ inputs: given }) => given["kmsMasterKeyId"] === undefined,
      exceptFor: [...allButKey, "tagsAll"],
    },
  },
  keys: ["arn"],
  seconds: { create: 25, update: 5, delete: 3 },
};

const problem = (message: string, property: string): Problem => ({
  code: "InvalidParameterValue",
  message,
  property,
});

function wrongName(given: Properties): readonly Problem[] {
  const name = text(given, "name");
  if (name === undefined) return [];
  const fifo = given["fifoQueue"] === true;
  if (fifo === name.endsWith(".fifo")) return [];
  return [
    problem(`The name of a ${fifo ? "FIFO" : "standard"} queue must ${fifo ? "" : "not "}end with .fifo`, "name"),
  ];
}

function wrongRedrive(given: Properties): readonly Problem[] {
  const policy = redriveOf(given);
  if (policy === undefined) return [];
  const count = Number(policy["maxReceiveCount"]);
  const target = policy["deadLetterTargetArn"];
  if (!Number.isInteger(count) || count < 1 || count > 1000 || typeof target !== "string") {
    return [
      problem("Value for parameter RedrivePolicy is invalid. Reason: it needs a target and 1 to 1000", "redrivePolicy"),
    ];
  }
  if (target.endsWith(".fifo") === (given["fifoQueue"] === true)) return [];
  return [problem("Dead-letter target must be same type of queue as the source", "redrivePolicy")];
}

function twoEncryptions(given: Properties): readonly Problem[] {
  if (given["kmsMasterKeyId"] === undefined || given["sqsManagedSseEnabled"] !== true) return [];
  const message = "You can use one type of server-side encryption (SSE) at one time: a KMS key or SQS's own";
  return [{ code: "InvalidAttributeName", message, property: "sqsManagedSseEnabled" }];
}

function missingDeadLetters({ inputs: given, cloud }: Draft): Problem | undefined {
  const target = redriveOf(given)?.["deadLetterTargetArn"];
  if (typeof target !== "string" || cloud.find(QUEUE, target, "arn") !== undefined) return undefined;
  const message = `Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist (${target})`;
  return problem(message, "redrivePolicy");
}

/** The redrive policy, when it is known and an object. */
function redriveOf(given: Properties): Properties | undefined {
  const document = text(given, "redrivePolicy");
  if (document === undefined || document === "") return undefined;
  try {
    const policy: Value = JSON.parse(document);
    return isProperties(policy) ? policy : undefined;
  } catch {
    return undefined;
  }
}

const queuePolicy: ResourceModel = {
  type: POLICY,
  service: sqs,
  inputs: inputsOf(POLICY, {
    queueUrl: {
      immutable: true,
      ref: { type: QUEUE, code: "AWS.SimpleQueueService.NonExistentQueue", holds: false },
    },
    policy: policyRule("resource", "InvalidAttributeValue"),
  }),
  refuse: (draft) => missingPrincipal(draft, "policy", "InvalidAttributeValue"),
  id: ({ inputs: given }) => text(given, "queueUrl") ?? "",
  seconds: { create: 1, delete: 1 },
};

/** Amazon Simple Queue Service. */
export const sqsModels: readonly ResourceModel[] = [queue, queuePolicy];
