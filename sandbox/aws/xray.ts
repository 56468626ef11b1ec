import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { tagsRule } from "./tags.ts";

const RULE = "aws:xray/samplingRule:SamplingRule";
const GROUP = "aws:xray/group:Group";

/** Source of the codes: AWS X-Ray API reference, the errors of each action. */
const xray: Service = {
  name: "xray",
  codes: {
    missing: "InvalidRequestException",
    invalid: "InvalidRequestException",
    notFound: "InvalidRequestException",
    inUse: "InvalidRequestException",
    throttled: "ThrottledException",
  },
};

/** Source: AWS X-Ray quotas, "Custom sampling rules per Region" and "Groups per Region". */
const most = { rules: 25, groups: 25 } as const;

const upTo = (maxLength: number): PropertyRule => ({ maxLength, minLength: 1 });

const samplingRule: ResourceModel = {
  type: RULE,
  service: xray,
  inputs: inputsOf(RULE, {
    ruleName: { immutable: true, minLength: 1, maxLength: 32 },
    fixedRate: { min: 0, max: 1 },
    reservoirSize: { min: 0 },
    priority: { min: 1, max: 9999 },
    version: { min: 1, max: 1, immutable: true },
    httpMethod: upTo(10),
    serviceName: upTo(64),
    serviceType: upTo(64),
    host: upTo(64),
    urlPath: upTo(128),
    resourceArn: upTo(500),
    tags: tagsRule("InvalidRequestException"),
  }),
  autoname: { property: "ruleName", maxLength: 32 },
  unique: [{ by: ["ruleName"], code: "InvalidRequestException" }],
  refuse: (draft) => tooMany(draft, RULE, most.rules, "RuleLimitExceededException"),
  id: ({ inputs }) => text(inputs, "ruleName") ?? "",
  outputs: { arn: ({ id, place }) => arn("xray", place, `sampling-rule/${id}`) },
  keys: ["arn"],
};

const group: ResourceModel = {
  type: GROUP,
  service: xray,
  inputs: inputsOf(GROUP, {
    groupName: { immutable: true, maxLength: 32 },
    insightsConfiguration: { properties: { notificationsEnabled: { default: false } } },
    tags: tagsRule("InvalidRequestException"),
  }),
  unique: [{ by: ["groupName"], code: "InvalidRequestException" }],
  refuse: (draft) => notifiesBlindly(draft) ?? tooMany(draft, GROUP, most.groups, "InvalidRequestException"),
  id: ({ inputs, place, cloud }) => arn("xray", place, `group/${text(inputs, "groupName")}/${cloud.random.hex(32)}`),
  outputs: {
    arn: ({ id }) => id,
    insightsConfiguration: () => ({ insightsEnabled: false, notificationsEnabled: false }),
  },
  keys: ["arn"],
};

function notifiesBlindly({ inputs }: Draft): Problem | undefined {
  const settings = inputs["insightsConfiguration"];
  if (typeof settings !== "object" || settings === null || !("insightsEnabled" in settings)) return undefined;
  if (settings["insightsEnabled"] === true || settings["notificationsEnabled"] !== true) return undefined;
  const message = "Notifications cannot be enabled while insights are not";
  return { code: "InvalidRequestException", message, property: "insightsConfiguration.notificationsEnabled" };
}

function tooMany({ id, cloud }: Draft, type: string, limit: number, code: string): Problem | undefined {
  const others = cloud.all(type).filter((each) => each.id !== id).length;
  return others < limit ? undefined : { code, message: `There are ${others} already, the quota is ${limit}` };
}

/** AWS X-Ray. */
export const xrayModels: readonly ResourceModel[] = [samplingRule, group];
