import type { ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { tagsRule } from "./tags.ts";

const WORKGROUP = "aws:athena/workgroup:Workgroup";
const NAMED_QUERY = "aws:athena/namedQuery:NamedQuery";
const INVALID = "InvalidRequestException";

/** Source of the codes: Amazon Athena API reference, "Common errors" and the errors of each action. */
const athena: Service = {
  name: "athena",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: INVALID,
    inUse: INVALID,
    throttled: "TooManyRequestsException",
  },
};

/** The least a query may be cut off at, in bytes. Source: Athena user guide, "Control costs with CloudWatch and Athena". */
const LEAST_CUTOFF = 10_485_760;

const workgroup: ResourceModel = {
  type: WORKGROUP,
  service: athena,
  inputs: inputsOf(WORKGROUP, {
    name: { pattern: "^[a-zA-Z0-9._-]{1,128}$" },
    configuration: {
      properties: {
        bytesScannedCutoffPerQuery: { min: LEAST_CUTOFF },
        resultConfiguration: { properties: { outputLocation: { pattern: "^s3://[^/]+(/.*)?$" } } },
      },
    },
    forceDestroy: { default: false },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["name"], code: INVALID }],
  check: wrongEncryption,
  // What is saved in it goes with it, where that was said. Source: API reference, DeleteWorkGroup, RecursiveDeleteOption.
  refuseDelete: (resource, cloud) =>
    resource.outputs["forceDestroy"] === true || queriesOf(resource.id, cloud.all(NAMED_QUERY)).length === 0
      ? undefined
      : { code: INVALID, message: `WorkGroup ${resource.id} is not empty` },
  removes: (resource, cloud) => queriesOf(resource.id, cloud.all(NAMED_QUERY)),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: { arn: ({ id, place }) => arn("athena", place, `workgroup/${id}`) },
  keys: ["arn"],
  seconds: { create: 1 },
};

function queriesOf<T extends { readonly outputs: Properties }>(id: string, queries: readonly T[]): readonly T[] {
  return queries.filter(({ outputs }) => outputs["workgroup"] === id);
}

function wrongEncryption(inputs: Properties): readonly Problem[] {
  const result = object(object(inputs, "configuration"), "resultConfiguration");
  const { encryptionOption, kmsKeyArn } = object(result, "encryptionConfiguration");
  if (typeof encryptionOption !== "string" || !encryptionOption.endsWith("_KMS") || kmsKeyArn !== undefined) return [];
  const message = `KMS key is required for encryption option ${encryptionOption}`;
  return [{ code: INVALID, message, property: "configuration.resultConfiguration.encryptionConfiguration" }];
}

const namedQuery: ResourceModel = {
  type: NAMED_QUERY,
  service: athena,
  inputs: inputsOf(NAMED_QUERY, {
    query: { immutable: true, minLength: 1, maxLength: 262_144 },
    workgroup: { ref: { type: WORKGROUP, code: INVALID, holds: false } },
  }),
  autoname: { property: "name", maxLength: 128 },
  id: ({ cloud }) => cloud.random.uuid(),
  seconds: { create: 1 },
};

/** Amazon Athena. */
export const athenaModels: readonly ResourceModel[] = [workgroup, namedQuery];
