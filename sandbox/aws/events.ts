import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { eventRule, eventTarget } from "./eventRules.ts";
import { BUS, events, isEventPattern, RULE, VALIDATION } from "./eventsService.ts";
import { missingKey, serviceMayUse } from "./kmsKeys.ts";
import { QUEUE } from "./sqs.ts";
import { tagsRule } from "./tags.ts";

const ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive";

const bus: ResourceModel = {
  type: BUS,
  service: events,
  inputs: inputsOf(BUS, {
    name: { check: (value) => (value === "default" ? "must not be default: that bus is always there" : undefined) },
    eventSourceName: { immutable: true },
    deadLetterConfig: { properties: { arn: { ref: { type: QUEUE, by: "arn", code: "ResourceNotFoundException" } } } },
    tags: tagsRule(VALIDATION),
  }),
  autoname: { property: "name", maxLength: 256 },
  unique: [{ by: ["name"], code: "ResourceAlreadyExistsException" }],
  refuse: (draft) => missingKey(draft, "kmsKeyIdentifier", { code: VALIDATION }) ?? closedKey(draft),
  refuseDelete: ({ id }, cloud) =>
    cloud.all(RULE).some(({ outputs }) => outputs["eventBusName"] === id)
      ? { code: VALIDATION, message: `Event bus ${id} can't be deleted since it has rules.` }
      : undefined,
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: { arn: ({ id, place }) => arn("events", place, `event-bus/${id}`) },
  keys: ["arn"],
  seconds: { create: 2, delete: 2 },
};

/** The bus seals what it holds by itself: the key's policy must let it. Source: Amazon EventBridge user guide, "KMS key policy". */
function closedKey({ inputs, cloud }: Draft): Problem | undefined {
  const key = text(inputs, "kmsKeyIdentifier");
  if (key === undefined || serviceMayUse(key, /^events\.amazonaws\.com/, cloud)) return undefined;
  const message = `EventBridge is not allowed to use the key ${key}`;
  return { code: VALIDATION, message, property: "kmsKeyIdentifier" };
}

const archive: ResourceModel = {
  type: ARCHIVE,
  service: events,
  inputs: inputsOf(ARCHIVE, {
    name: { pattern: "^[.\\-_A-Za-z0-9]{1,48}$" },
    eventSourceArn: { immutable: true, ref: { type: BUS, by: "arn", code: "ResourceNotFoundException" } },
    eventPattern: { json: true, code: "InvalidEventPatternException", check: isEventPattern },
    retentionDays: { default: 0 },
  }),
  autoname: { property: "name", maxLength: 48 },
  unique: [{ by: ["name"], code: "ResourceAlreadyExistsException" }],
  refuse: (draft) => missingKey(draft, "kmsKeyIdentifier", { code: VALIDATION }) ?? closedKey(draft),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: { arn: ({ id, place }) => arn("events", place, `archive/${id}`) },
  keys: ["arn"],
  seconds: { create: 5, delete: 2 },
};

/** Amazon EventBridge: buses, their archives, rules and targets. */
export const eventsModels: readonly ResourceModel[] = [bus, archive, eventRule, eventTarget];
