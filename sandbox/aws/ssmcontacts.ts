import type { CloudView, Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { REPLICATION_SET } from "./ssmincidents.ts";
import { tagsRule } from "./tags.ts";

const CONTACT = "aws:ssmcontacts/contact:Contact";
const CHANNEL = "aws:ssmcontacts/contactChannel:ContactChannel";
const PLAN = "aws:ssmcontacts/plan:Plan";

/** Source of the codes: AWS Systems Manager Incident Manager Contacts API reference, the errors of each action. */
const ssmcontacts: Service = {
  name: "ssm-contacts",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: "ConflictException",
    throttled: "ThrottlingException",
  },
};

const ofContact = { ref: { type: CONTACT, by: "arn", code: "ResourceNotFoundException", holds: false } };

const contact: ResourceModel = {
  type: CONTACT,
  service: ssmcontacts,
  inputs: inputsOf(CONTACT, { tags: tagsRule("ValidationException") }),
  unique: [{ by: ["alias"], code: "ConflictException" }],
  refuse: ({ cloud }) => noReplicationSet(cloud),
  // Plans that name a contact keep it.
  refuseDelete: ({ id }, cloud) => {
    const naming = cloud.all(PLAN).some(({ outputs }) => targetsOf(outputs).some((target) => contactIn(target) === id));
    if (!naming) return undefined;
    return { code: "ConflictException", message: "The contact is a target of an engagement plan" };
  },
  removes: ({ id }, cloud) =>
    [...cloud.all(CHANNEL), ...cloud.all(PLAN)].filter(({ outputs }) => outputs["contactId"] === id),
  id: ({ inputs, place }) => arn("ssm-contacts", place, `contact/${text(inputs, "alias")}`),
  outputs: { arn: ({ id }) => id },
  keys: ["arn"],
};

/** Nothing of Incident Manager works in an account that was not onboarded. Source: Incident Manager user guide, "Getting prepared". */
function noReplicationSet(cloud: CloudView): Problem | undefined {
  if (cloud.all(REPLICATION_SET).length > 0) return undefined;
  return { code: "ValidationException", message: "Incident Manager is not set up: the account has no replication set" };
}

const ADDRESSES: Readonly<Record<string, RegExp>> = {
  EMAIL: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  SMS: /^\+[1-9]\d{1,14}$/,
  VOICE: /^\+[1-9]\d{1,14}$/,
};

const channel: ResourceModel = {
  type: CHANNEL,
  service: ssmcontacts,
  inputs: inputsOf(CHANNEL, {
    contactId: ofContact,
    name: { pattern: "^[\\p{L}\\p{Z}\\p{N}_.\\-]*$" },
  }),
  autoname: { property: "name", maxLength: 255 },
  check: (inputs) => {
    const form = ADDRESSES[text(inputs, "type") ?? ""];
    const address = text(object(inputs, "deliveryAddress"), "simpleAddress");
    if (form === undefined || address === undefined || form.test(address)) return [];
    const message = `Invalid value for parameter 'SimpleAddress': ${address}`;
    return [{ code: "ValidationException", message, property: "deliveryAddress.simpleAddress" }];
  },
  id: ({ inputs, cloud }) =>
    `${text(inputs, "contactId")?.replace(":contact/", ":contact-channel/")}/${cloud.random.uuid()}`,
  outputs: {
    arn: ({ id }) => id,
    // A person at the other end must enter a code.
    activationStatus: () => "NOT_ACTIVATED",
  },
  keys: ["arn"],
};

const plan: ResourceModel = {
  type: PLAN,
  service: ssmcontacts,
  inputs: inputsOf(PLAN, {
    contactId: ofContact,
    stages: { unordered: false, items: { properties: { durationInMinutes: { min: 0, max: 30 } } } },
  }),
  refuse: missingTarget,
  id: ({ inputs }) => text(inputs, "contactId") ?? "",
};

function targetsOf(inputs: Properties): readonly Properties[] {
  const stages = list(inputs, "stages").filter(isProperties);
  return stages.flatMap((stage) => list(stage, "targets").filter(isProperties));
}

function contactIn(target: Properties): string | undefined {
  return text(object(target, "contactTargetInfo"), "contactId");
}

function missingTarget({ inputs, cloud }: Draft): Problem | undefined {
  const named = targetsOf(inputs).flatMap((target) => [
    { type: CONTACT, arn: contactIn(target) },
    { type: CHANNEL, arn: text(object(target, "channelTargetInfo"), "contactChannelId") },
  ]);
  const missing = named.find((each) => each.arn !== undefined && cloud.find(each.type, each.arn, "arn") === undefined);
  if (missing === undefined) return undefined;
  return { code: "ResourceNotFoundException", message: `${missing.arn} does not exist`, property: "stages" };
}

/** AWS Systems Manager Incident Manager: who is asked, and in what order. */
export const ssmcontactsModels: readonly ResourceModel[] = [contact, channel, plan];
