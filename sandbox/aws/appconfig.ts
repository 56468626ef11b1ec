import type { ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, type Properties, text, type Value } from "../model/values.ts";
import { deployment, hostedVersion } from "./appconfigRollout.ts";
import {
  APPLICATION,
  appconfig,
  appconfigArn,
  BAD_REQUEST,
  ENVIRONMENT,
  MISSING,
  newId,
  ofApplication,
  PROFILE,
  STRATEGY,
} from "./appconfigService.ts";
import { ROLE } from "./iamRole.ts";
import { missingKey } from "./kmsKeys.ts";
import { tagsRule } from "./tags.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const tags = tagsRule(BAD_REQUEST);

const application: ResourceModel = {
  type: APPLICATION,
  service: appconfig,
  inputs: inputsOf(APPLICATION, { tags }),
  autoname: { property: "name", maxLength: 64 },
  id: newId,
  outputs: { arn: (draft) => appconfigArn(draft, `application/${draft.id}`) },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

const environment: ResourceModel = {
  type: ENVIRONMENT,
  service: appconfig,
  inputs: inputsOf(ENVIRONMENT, {
    applicationId: ofApplication,
    description: { computed: false, default: "" },
    monitors: {
      items: {
        properties: {
          alarmArn: { ref: { type: [ALARM, COMPOSITE], by: "arn", code: BAD_REQUEST, holds: false } },
          alarmRoleArn: { ref: { type: ROLE, by: "arn", code: BAD_REQUEST, holds: false } },
        },
      },
    },
    tags,
  }),
  autoname: { property: "name", maxLength: 64 },
  // The provider's ids are of two parts, here as there.
  id: (draft) => `${newId(draft)}:${text(draft.inputs, "applicationId")}`,
  outputs: {
    environmentId: ({ id }) => id.split(":")[0] ?? "",
    arn: (draft) =>
      appconfigArn(draft, `application/${text(draft.inputs, "applicationId")}/environment/${draft.id.split(":")[0]}`),
    state: () => "READY_FOR_DEPLOYMENT",
  },
  keys: ["arn", "environmentId"],
  seconds: { create: 1, delete: 1 },
};

const profile: ResourceModel = {
  type: PROFILE,
  service: appconfig,
  inputs: inputsOf(PROFILE, {
    applicationId: ofApplication,
    locationUri: { pattern: "^(hosted|(ssm-document|ssm-parameter|s3|codepipeline|secretsmanager)://.+)$" },
    type: { enum: ["AWS.Freeform", "AWS.AppConfig.FeatureFlags"] },
    validators: {
      items: { properties: { type: { enum: ["JSON_SCHEMA", "LAMBDA"] }, content: { maxLength: 32_768 } } },
    },
    tags,
  }),
  autoname: { property: "name", maxLength: 128 },
  check: wrongValidators,
  refuse: (draft) => missingKey(draft, "kmsKeyIdentifier", { code: BAD_REQUEST }),
  id: (draft) => `${newId(draft)}:${text(draft.inputs, "applicationId")}`,
  outputs: {
    configurationProfileId: ({ id }) => id.split(":")[0] ?? "",
    arn: (draft) =>
      appconfigArn(
        draft,
        `application/${text(draft.inputs, "applicationId")}/configurationprofile/${draft.id.split(":")[0]}`,
      ),
  },
  keys: ["arn", "configurationProfileId"],
  seconds: { create: 1, delete: 1 },
};

function wrongValidators(inputs: Properties): readonly Problem[] {
  return list(inputs, "validators").flatMap((validator, i) => {
    if (!isProperties(validator) || validator["type"] !== "JSON_SCHEMA") return [];
    const content = text(validator, "content");
    if (content === undefined || isObject(content)) return [];
    const message = "Invalid validator: the content is no JSON schema";
    return [{ code: BAD_REQUEST, message, property: `validators[${i}].content` }];
  });
}

function isObject(document: string): boolean {
  try {
    const value: Value = JSON.parse(document);
    return isProperties(value);
  } catch {
    return false;
  }
}

const strategy: ResourceModel = {
  type: STRATEGY,
  service: appconfig,
  inputs: inputsOf(STRATEGY, { finalBakeTimeInMinutes: { default: 0 }, replicateTo: { default: "NONE" }, tags }),
  autoname: { property: "name", maxLength: 64 },
  id: newId,
  outputs: { arn: (draft) => appconfigArn(draft, `deploymentstrategy/${draft.id}`) },
  codes: { notFound: MISSING },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

/** AWS AppConfig. */
export const appconfigModels: readonly ResourceModel[] = [
  application,
  environment,
  profile,
  hostedVersion,
  strategy,
  deployment,
];
