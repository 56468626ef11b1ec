import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, text, texts } from "../model/values.ts";
import { globalArn } from "./arn.ts";
import { missingKey } from "./kmsKeys.ts";
import { tagsRule } from "./tags.ts";

export const REPLICATION_SET = "aws:ssmincidents/replicationSet:ReplicationSet";
const RESPONSE_PLAN = "aws:ssmincidents/responsePlan:ResponsePlan";
const CONTACT = "aws:ssmcontacts/contact:Contact";

/** Source of the codes: AWS Systems Manager Incident Manager API reference, the errors of each action. */
const ssmincidents: Service = {
  name: "ssm-incidents",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: "ConflictException",
    throttled: "ThrottlingException",
  },
};

/** `region` is the older name of `regions`, and not where the set is: it belongs to the account. */
const { region: _olderName, ...replicationInputs } = inputsOf(REPLICATION_SET, {
  regions: {
    items: {
      properties: {
        kmsKeyArn: { default: "DefaultKey" },
        status: { computed: true },
        statusMessage: { computed: true },
      },
    },
  },
  tags: tagsRule("ValidationException"),
});

/** An account has one, whatever its regions; contacts and plans need it. */
const replicationSet: ResourceModel = {
  type: REPLICATION_SET,
  service: ssmincidents,
  scope: "account",
  inputs: replicationInputs,
  refuse: (draft) => secondSet(draft) ?? missingKeyOf(draft),
  refuseDelete: (_, cloud) => {
    const plans = cloud.all(RESPONSE_PLAN).length;
    if (plans === 0) return undefined;
    return {
      code: "ValidationException",
      message: `The replication set cannot be deleted: ${plans} response plans use it`,
    };
  },
  id: ({ place, cloud }) => globalArn("ssm-incidents", place, `replication-set/${cloud.random.uuid()}`),
  outputs: {
    arn: ({ id }) => id,
    createdBy: ({ place }) => globalArn("iam", place, "root"),
    lastModifiedBy: ({ place }) => globalArn("iam", place, "root"),
    deletionProtected: () => false,
    status: () => "ACTIVE",
    regions: ({ inputs }) =>
      list(inputs, "regions")
        .filter(isProperties)
        .map((region) => ({ kmsKeyArn: "DefaultKey", ...region, status: "ACTIVE", statusMessage: "Tip" })),
  },
  keys: ["arn"],
  seconds: { create: 60, update: 60, delete: 60 },
};

function secondSet({ id, cloud }: Draft): Problem | undefined {
  if (cloud.all(REPLICATION_SET).every((each) => each.id === id)) return undefined;
  return { code: "ConflictException", message: "The account has a replication set already" };
}

function missingKeyOf(draft: Draft): Problem | undefined {
  for (const region of list(draft.inputs, "regions").filter(isProperties)) {
    const value = text(region, "kmsKeyArn");
    const missing =
      value === "DefaultKey" ? undefined : missingKey(draft, "regions", { value, code: "ValidationException" });
    if (missing !== undefined) return missing;
  }
  return undefined;
}

const responsePlan: ResourceModel = {
  type: RESPONSE_PLAN,
  service: ssmincidents,
  inputs: inputsOf(RESPONSE_PLAN, {
    incidentTemplate: { properties: { title: { minLength: 1 } } },
    chatChannels: { unordered: true },
    tags: tagsRule("ValidationException"),
  }),
  autoname: { property: "name", maxLength: 200 },
  unique: [{ by: ["name"], code: "ConflictException" }],
  refuse: ({ inputs, cloud }) => {
    if (cloud.all(REPLICATION_SET).length === 0) {
      return { code: "ResourceNotFoundException", message: "The account has no replication set" };
    }
    const missing = texts(inputs["engagements"]).find((each) => cloud.find(CONTACT, each, "arn") === undefined);
    if (missing === undefined) return undefined;
    return { code: "ValidationException", message: `The contact ${missing} does not exist`, property: "engagements" };
  },
  id: ({ inputs, place }) => globalArn("ssm-incidents", place, `response-plan/${text(inputs, "name")}`),
  outputs: { arn: ({ id }) => id },
  keys: ["arn"],
};

/** AWS Systems Manager Incident Manager: where incidents are kept, and what begins with one. */
export const ssmincidentsModels: readonly ResourceModel[] = [replicationSet, responsePlan];
