import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, sameValue, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { missingKey } from "./kmsKeys.ts";
import { matchesWildcard, policyRule, statementsOf } from "./policyDocument.ts";
import { missingPrincipal } from "./policyPrincipals.ts";
import { tagsRule } from "./tags.ts";

export const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** Source of the codes: Amazon SNS API reference, the errors of each action. */
const sns: Service = {
  name: "sns",
  codes: {
    missing: "InvalidParameter",
    invalid: "InvalidParameter",
    notFound: "NotFound",
    inUse: "InvalidState",
    throttled: "Throttled",
  },
};

/** Policies and subscriptions are part of their topic: they go with it. */
const ofTopic: PropertyRule = {
  immutable: true,
  code: "InvalidParameter",
  pattern: "^arn:aws[a-z-]*:sns:",
  ref: { type: TOPIC, by: "arn", code: "NotFound", holds: false },
};

const topic: ResourceModel = {
  type: TOPIC,
  service: sns,
  inputs: inputsOf(TOPIC, {
    name: { pattern: "^[A-Za-z0-9_-]{1,251}(\\.fifo)?$|^[A-Za-z0-9_-]{1,256}$" },
    displayName: { maxLength: 100 },
    policy: policyRule("resource", "InvalidParameter"),
    deliveryPolicy: { json: true },
    archivePolicy: { json: true },
    signatureVersion: { min: 1, max: 2 },
    tracingConfig: { enum: ["PassThrough", "Active"] },
    fifoThroughputScope: { enum: ["Topic", "MessageGroup"] },
    tags: tagsRule("InvalidParameter"),
  }),
  autoname: { property: "name", maxLength: 256 },
  check: wrongQueue,
  refuse: (draft) =>
    missingKey(draft, "kmsMasterKeyId", { code: "KMSNotFound" }) ??
    missingPrincipal(draft, "policy", "InvalidParameter") ??
    otherTopic(draft),
  removes: ({ id }, cloud) => [
    ...cloud.all(POLICY).filter(({ outputs }) => outputs["arn"] === id),
    ...cloud.all(SUBSCRIPTION).filter(({ outputs }) => outputs["topic"] === id),
  ],
  id: ({ inputs, place }) => arn("sns", place, text(inputs, "name") ?? ""),
  outputs: {
    arn: ({ id }) => id,
    owner: ({ place }) => place.account,
    policy: ({ id, place }) => ownersPolicy(id, place.account),
    beginningArchiveTime: () => "",
    fifoThroughputScope: ({ inputs }) => (inputs["fifoTopic"] === true ? "Topic" : ""),
    signatureVersion: () => 1,
    tracingConfig: () => "PassThrough",
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function wrongQueue(inputs: Properties): readonly Problem[] {
  const name = text(inputs, "name");
  if (name === undefined) return [];
  const queue = inputs["fifoTopic"] === true;
  if (queue === name.endsWith(".fifo")) return [];
  const message = queue
    ? "Fifo Topic names must end with .fifo"
    : "Topic names that end with .fifo are for fifo topics";
  return [{ code: "InvalidParameter", message, property: "name" }];
}

/** A topic that is created again is the same topic, unless it is to be another one. */
function otherTopic({ inputs, place, cloud, previous }: Draft): Problem | undefined {
  const twin = cloud.find(TOPIC, arn("sns", place, text(inputs, "name") ?? ""));
  if (previous !== undefined || twin === undefined) return undefined;
  const other = ["tagsAll", "fifoTopic", "kmsMasterKeyId", "displayName"].find(
    (name) => !sameValue(twin.outputs[name], inputs[name]),
  );
  if (other === undefined) return undefined;
  const what = other === "tagsAll" ? "Tags" : "Attributes";
  const message = `Invalid parameter: ${what} Reason: Topic already exists with different ${what.toLowerCase()}`;
  return { code: "InvalidParameter", message, property: "name" };
}

/** What a topic begins with: its owner's account may do everything. Source: Amazon SNS, "Default access policy". */
function ownersPolicy(topicArn: string, account: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
}

const topicPolicy: ResourceModel = {
  type: POLICY,
  service: sns,
  inputs: inputsOf(POLICY, { arn: ofTopic, policy: policyRule("resource", "InvalidParameter") }),
  refuse: (draft) => outOfScope(draft) ?? missingPrincipal(draft, "policy", "InvalidParameter"),
  id: ({ inputs }) => text(inputs, "arn") ?? "",
  outputs: { owner: ({ place }) => place.account },
  seconds: { create: 1 },
};

/** A topic's policy speaks of SNS, and of that topic alone. */
function outOfScope({ inputs }: Draft): Problem | undefined {
  const topicArn = text(inputs, "arn") ?? "";
  const refuse = (what: string): Problem => {
    const message = `Invalid parameter: Policy ${what} out of service scope!`;
    return { code: "InvalidParameter", message, property: "policy" };
  };
  const statements = statementsOf(text(inputs, "policy") ?? "");
  if (statements.some(({ actions }) => actions.some((action) => !/^sns:/i.test(action)))) {
    return refuse("statement action");
  }
  const strange = statements.some(({ resources }) => resources.some((pattern) => !matchesWildcard(pattern, topicArn)));
  return strange ? refuse("resource") : undefined;
}

/** What an endpoint looks like for each protocol. Source: Amazon SNS API reference, Subscribe. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  "email-json": /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  http: /^http:\/\/\S+$/,
  https: /^https:\/\/\S+$/,
  sms: /^\+\d{5,15}$/,
  sqs: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:.+$/,
  lambda: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:.+$/,
  firehose: /^arn:aws[a-z-]*:firehose:[a-z0-9-]+:\d{12}:deliverystream\/.+$/,
  application: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:endpoint\/.+$/,
};
/** What a person or a server at the other end must confirm. */
const CONFIRMED = ["email", "email-json", "http", "https"];

const subscription: ResourceModel = {
  type: SUBSCRIPTION,
  service: sns,
  inputs: inputsOf(SUBSCRIPTION, {
    topic: ofTopic,
    protocol: { enum: Object.keys(ENDPOINTS) },
    filterPolicy: { json: true },
    filterPolicyScope: { enum: ["MessageAttributes", "MessageBody"] },
    deliveryPolicy: { json: true },
    redrivePolicy: { json: true },
    replayPolicy: { json: true },
  }),
  check: wrongEndpoint,
  id: ({ inputs, cloud }) => `${text(inputs, "topic")}:${cloud.random.uuid()}`,
  outputs: {
    arn: ({ id }) => id,
    ownerId: ({ place }) => place.account,
    pendingConfirmation: ({ inputs }) =>
      inputs["endpointAutoConfirms"] !== true && CONFIRMED.includes(text(inputs, "protocol") ?? ""),
    confirmationWasAuthenticated: ({ outputs }) => outputs["pendingConfirmation"] !== true,
    filterPolicyScope: ({ inputs }) => (inputs["filterPolicy"] === undefined ? "" : "MessageAttributes"),
  },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

function wrongEndpoint(inputs: Properties): readonly Problem[] {
  const protocol = text(inputs, "protocol") ?? "";
  const endpoint = text(inputs, "endpoint");
  const form = ENDPOINTS[protocol];
  const refuse = (message: string, property: string) => [{ code: "InvalidParameter", message, property }];
  if (protocol === "firehose" && inputs["subscriptionRoleArn"] === undefined) {
    return refuse("firehose needs a role for the subscription", "subscriptionRoleArn");
  }
  if (form === undefined || endpoint === undefined || form.test(endpoint)) return [];
  return refuse(`Invalid parameter: '${endpoint}' is no endpoint for ${protocol}`, "endpoint");
}

/** Amazon Simple Notification Service. */
export const snsModels: readonly ResourceModel[] = [topic, topicPolicy, subscription];
