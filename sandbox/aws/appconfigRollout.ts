import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, text, type Value } from "../model/values.ts";
import {
  appconfig,
  appconfigArn,
  BAD_REQUEST,
  ENVIRONMENT,
  MISSING,
  ofApplication,
  PROFILE,
  STRATEGY,
  VERSION,
} from "./appconfigService.ts";
import { schemaFaults, unknownKeyword } from "./jsonSchema.ts";
import { missingKey } from "./kmsKeys.ts";
import { tagsRule } from "./tags.ts";

const DEPLOYMENT = "aws:appconfig/deployment:Deployment";
/** What AWS has ready for everybody. Source: AWS AppConfig user guide, "Using predefined deployment strategies". */
const PREDEFINED =
  /^AppConfig\.(AllAtOnce|Linear50PercentEvery30Seconds|Canary10Percent20Minutes|Linear20PercentEvery6Minutes)$/;

/** A document of a profile, numbered from 1. */
export const hostedVersion: ResourceModel = {
  type: VERSION,
  service: appconfig,
  inputs: inputsOf(VERSION, {
    applicationId: ofApplication,
    configurationProfileId: { immutable: true, ref: { type: PROFILE, by: "configurationProfileId", code: MISSING } },
    // Compared as text: a version is what was uploaded, byte for byte.
    content: { maxLength: 1_048_576 },
  }),
  id: (draft) => {
    const of = [text(draft.inputs, "applicationId"), text(draft.inputs, "configurationProfileId")];
    return [...of, nextOf(draft, VERSION, "configurationProfileId", "versionNumber")].join("/");
  },
  outputs: {
    versionNumber: ({ id }) => Number(id.split("/")[2]),
    arn: (draft) => {
      const [app, profile, number] = draft.id.split("/");
      const path = `application/${app}/configurationprofile/${profile}/hostedconfigurationversion/${number}`;
      return appconfigArn(draft, path);
    },
  },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

/** One past the highest number that stands beside it. */
function nextOf({ inputs, cloud }: Draft, type: string, sibling: string, number: string): number {
  const numbers = cloud
    .all(type)
    .filter(({ outputs }) => outputs[sibling] === inputs[sibling])
    .map(({ outputs }) => Number(outputs[number]));
  return Math.max(0, ...numbers) + 1;
}

/** The rollout of a version to an environment. It ends at once here: alarms of the sandbox never ring. */
export const deployment: ResourceModel = {
  type: DEPLOYMENT,
  service: appconfig,
  inputs: inputsOf(DEPLOYMENT, {
    applicationId: ofApplication,
    environmentId: { immutable: true, ref: { type: ENVIRONMENT, by: "environmentId", code: MISSING } },
    configurationProfileId: { immutable: true, ref: { type: PROFILE, by: "configurationProfileId", code: MISSING } },
    tags: { ...tagsRule(BAD_REQUEST), immutable: false },
  }),
  refuse: (draft) =>
    missingStrategy(draft) ?? invalidDocument(draft) ?? missingKey(draft, "kmsKeyIdentifier", { code: BAD_REQUEST }),
  id: (draft) => {
    const of = [text(draft.inputs, "applicationId"), text(draft.inputs, "environmentId")];
    return [...of, nextOf(draft, DEPLOYMENT, "environmentId", "deploymentNumber")].join("/");
  },
  outputs: {
    deploymentNumber: ({ id }) => Number(id.split("/")[2]),
    arn: (draft) => {
      const [app, env, number] = draft.id.split("/");
      return appconfigArn(draft, `application/${app}/environment/${env}/deployment/${number}`);
    },
    state: () => "COMPLETE",
    kmsKeyArn: ({ inputs }) => text(inputs, "kmsKeyIdentifier") ?? "",
  },
  seconds: { create: 30 },
};

function missingStrategy({ inputs, cloud }: Draft): Problem | undefined {
  const strategy = text(inputs, "deploymentStrategyId") ?? "";
  if (PREDEFINED.test(strategy) || cloud.find(STRATEGY, strategy) !== undefined) return undefined;
  return { code: MISSING, message: `Deployment strategy ${strategy} not found`, property: "deploymentStrategyId" };
}

/** The validators of the profile judge a document when it is to be rolled out, not when it is uploaded. */
function invalidDocument({ inputs, cloud }: Draft): Problem | undefined {
  const profileId = text(inputs, "configurationProfileId") ?? "";
  const profile = cloud.find(PROFILE, profileId, "configurationProfileId");
  if (profile === undefined || profile.outputs["locationUri"] !== "hosted") return undefined;
  const number = text(inputs, "configurationVersion") ?? "";
  const version = versionOf(profileId, number, cloud);
  const refuse = (code: string, message: string): Problem => ({ code, message, property: "configurationVersion" });
  if (version === undefined) return refuse(MISSING, `Configuration version ${number} not found`);
  const document = parsed(text(version.outputs, "content") ?? "");
  for (const validator of list(profile.outputs, "validators")) {
    if (!isProperties(validator) || validator["type"] !== "JSON_SCHEMA") continue;
    const schema = parsed(text(validator, "content") ?? "");
    if (!isProperties(schema)) continue;
    const strange = unknownKeyword(schema);
    // Better refused than passed unseen: the sandbox says what it cannot judge.
    if (strange !== undefined)
      return refuse(BAD_REQUEST, `the sandbox does not judge the JSON schema keyword ${strange}`);
    const [fault] = document === undefined ? ["#: is no JSON"] : schemaFaults(document, schema);
    if (fault !== undefined)
      return refuse(BAD_REQUEST, `Error invoking validator: JSON schema validation failed, ${fault}`);
  }
  return undefined;
}

function versionOf(profileId: string, number: string, cloud: CloudView): Resource | undefined {
  return cloud
    .all(VERSION)
    .find(
      ({ outputs }) =>
        outputs["configurationProfileId"] === profileId &&
        (String(outputs["versionNumber"]) === number || outputs["versionLabel"] === number),
    );
}

function parsed(document: string): Value | undefined {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}
