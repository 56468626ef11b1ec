import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { keyProblems } from "./dynamodbKeys.ts";
import { settingProblems } from "./dynamodbSettings.ts";
import { missingKey } from "./kmsKeys.ts";
import { tagsRule } from "./tags.ts";

export const TABLE = "aws:dynamodb/table:Table";

/** Source of the codes: Amazon DynamoDB API reference, the errors of each action. */
const dynamodb: Service = {
  name: "dynamodb",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: "ResourceInUseException",
    throttled: "ThrottlingException",
  },
};

/** Source of names and counts: Amazon DynamoDB developer guide, "Quotas in Amazon DynamoDB". */
const indexName: PropertyRule = { minLength: 3, maxLength: 255, pattern: "^[a-zA-Z0-9_.-]+$" };
const projection: PropertyRule = { enum: ["ALL", "KEYS_ONLY", "INCLUDE"] };
const fixed: PropertyRule = { immutable: true };

const inputs = inputsOf(TABLE, {
  name: { minLength: 3, maxLength: 255, pattern: "^[a-zA-Z0-9_.-]+$" },
  attributes: {
    unordered: true,
    items: { properties: { name: { minLength: 1, maxLength: 255 }, type: { enum: ["S", "N", "B"] } } },
  },
  hashKey: fixed,
  rangeKey: fixed,
  globalSecondaryIndexes: {
    unordered: true,
    maxItems: 20,
    items: { properties: { name: indexName, projectionType: projection } },
  },
  localSecondaryIndexes: {
    immutable: true,
    unordered: true,
    maxItems: 5,
    items: { properties: { name: indexName, projectionType: projection } },
  },
  pointInTimeRecovery: { properties: { recoveryPeriodInDays: { min: 1, max: 35 } } },
  streamViewType: { enum: ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"] },
  ttl: { properties: { attributeName: { maxLength: 255 } } },
  replicas: { unordered: true, items: { properties: { regionName: { required: true } } } },
  importTable: fixed,
  restoreBackupArn: fixed,
  restoreDateTime: fixed,
  restoreSourceName: fixed,
  restoreSourceTableArn: fixed,
  restoreToLatestTime: fixed,
  tags: tagsRule("ValidationException"),
});

const noStream = Object.keys({ ...inputs, tagsAll: {} }).filter((name) => !name.startsWith("stream"));

const table: ResourceModel = {
  type: TABLE,
  service: dynamodb,
  inputs,
  autoname: { property: "name", maxLength: 255 },
  unique: [{ by: ["name"], code: "ResourceInUseException" }],
  check: (given) => [...keyProblems(given), ...settingProblems(given)],
  refuse: (draft) => missingEncryptionKey(draft) ?? ownReplica(draft) ?? movedExpiry(draft),
  refuseDelete: ({ outputs }) =>
    String(outputs["deletionProtectionEnabled"]) === "true"
      ? {
          code: "ValidationException",
          message:
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
        }
      : undefined,
  id: (draft) => text(draft.inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("dynamodb", place, `table/${id}`),
    attributes: () => [],
    hashKey: () => "",
    globalSecondaryIndexes: () => [],
    pointInTimeRecovery: () => ({ enabled: false }),
    serverSideEncryption: () => ({ enabled: false }),
    ttl: () => ({ attributeName: "", enabled: false }),
    readCapacity: () => 0,
    writeCapacity: () => 0,
    // What a new table on demand can take at once (developer guide, "DynamoDB warm throughput").
    warmThroughput: () => ({ readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4000 }),
    streamViewType: () => "",
    streamLabel: { onWrite: streamLabel, exceptFor: noStream },
    streamArn: {
      onWrite: ({ id, place, outputs }) =>
        outputs["streamLabel"] === ""
          ? ""
          : arn("dynamodb", place, `table/${id}/stream/${text(outputs, "streamLabel")}`),
      exceptFor: noStream,
    },
  },
  keys: ["arn", "streamArn"],
  seconds: { create: 8, update: 10, delete: 5 },
};

/** A stream is named after the moment when it began; another view of the items is another stream. */
function streamLabel({ inputs: given, cloud }: Draft): string {
  return String(given["streamEnabled"]) === "true" ? cloud.now.replace(/Z$/, "") : "";
}

function missingEncryptionKey(draft: Draft): Problem | undefined {
  const value = text(object(draft.inputs, "serverSideEncryption"), "kmsKeyArn");
  return missingKey(draft, "serverSideEncryption.kmsKeyArn", { value, code: "ValidationException" });
}

function ownReplica({ inputs: given, place }: Draft): Problem | undefined {
  const own = list(given, "replicas").some((copy) => isProperties(copy) && copy["regionName"] === place.region);
  if (!own) return undefined;
  const message = `Cannot add, delete, or update the local region (${place.region}) as a replica`;
  return { code: "ValidationException", message, property: "replicas" };
}

/** Another attribute can take over only after expiry was switched off. */
function movedExpiry({ inputs: given, previous }: Draft): Problem | undefined {
  const before = object(previous?.outputs ?? {}, "ttl");
  const now = object(given, "ttl");
  const both = before["enabled"] === true && now["enabled"] === true;
  if (!both || before["attributeName"] === now["attributeName"]) return undefined;
  const message = `TimeToLive is active on a different AttributeName: current AttributeName is ${text(before, "attributeName")}`;
  return { code: "ValidationException", message, property: "ttl.attributeName" };
}

/** Amazon DynamoDB. */
export const dynamodbModels: readonly ResourceModel[] = [table];
