import type { CloudView, Draft, ResourceModel, Service } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { missingKey } from "./kmsKeys.ts";
import { policyRule } from "./policyDocument.ts";
import { missingPrincipal } from "./policyPrincipals.ts";
import { tagsRule } from "./tags.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/** Source of the codes: AWS Secrets Manager API reference, the errors of each action. */
const secretsmanager: Service = {
  name: "secretsmanager",
  codes: {
    missing: "InvalidParameterException",
    invalid: "InvalidParameterException",
    notFound: "ResourceNotFoundException",
    inUse: "InvalidRequestException",
    throttled: "ThrottlingException",
  },
};

const MALFORMED = "MalformedPolicyDocumentException";

const secret: ResourceModel = {
  type: SECRET,
  service: secretsmanager,
  inputs: inputsOf(SECRET, {
    name: { minLength: 1, pattern: "^[A-Za-z0-9/_+=.@-]+$" },
    policy: { ...policyRule("resource", MALFORMED), maxLength: 20_480 },
    recoveryWindowInDays: {
      check: (days) =>
        days === 0 || (Number(days) >= 7 && Number(days) <= 30) ? undefined : "must be 0, or from 7 to 30",
    },
    forceOverwriteReplicaSecret: { default: false },
    tags: tagsRule("InvalidParameterException"),
  }),
  autoname: { property: "name", maxLength: 512 },
  unique: [{ by: ["name"], code: "ResourceExistsException" }],
  refuse: (draft) =>
    missingKey(draft, "kmsKeyId", { code: "EncryptionFailure" }) ?? missingPrincipal(draft, "policy", MALFORMED),
  removes: versionsOf,
  recovery: { days: ({ outputs }) => Number(outputs["recoveryWindowInDays"] ?? 30), code: "InvalidRequestException" },
  // Six characters of chance, so that no policy for a deleted secret opens a later one of its name.
  id: ({ inputs, place, cloud }) =>
    arn("secretsmanager", place, `secret:${text(inputs, "name")}-${cloud.random.hex(6)}`),
  outputs: {
    arn: ({ id }) => id,
    policy: () => "",
    replicas: () => [],
    namePrefix: () => "",
  },
  keys: ["name"],
  seconds: { create: 1 },
};

function versionsOf(resource: Resource, cloud: CloudView): readonly Resource[] {
  return cloud.all(VERSION).filter(({ outputs }) => outputs["secretArn"] === resource.id);
}

/** The secret that an ARN or a name means. */
function findSecret(reference: string, cloud: CloudView): Resource | undefined {
  return cloud.find(SECRET, reference) ?? cloud.find(SECRET, reference, "name");
}

const CONTENTS = ["secretString", "secretBinary", "secretStringWo"];

/** Source of the limit: AWS Secrets Manager API, PutSecretValue. */
const content = { immutable: true, secret: true, maxLength: 65_536 };

const secretVersion: ResourceModel = {
  type: VERSION,
  service: secretsmanager,
  inputs: inputsOf(VERSION, {
    secretId: { immutable: true },
    secretString: content,
    secretBinary: {
      ...content,
      check: (value) => (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(String(value)) ? undefined : "must be encoded in base 64"),
    },
    // Never kept: only another number says that it has changed.
    secretStringWo: { secret: true, maxLength: 65_536 },
    secretStringWoVersion: { immutable: true },
    versionStages: { minItems: 1, maxItems: 20, unordered: true, items: { minLength: 1, maxLength: 256 } },
  }),
  check: (inputs) => {
    const given = CONTENTS.filter((name) => inputs[name] !== undefined);
    if (given.length === 1) return [];
    const message = `exactly one of ${CONTENTS.join(", ")} must be given, not ${given.length}`;
    return [{ code: "InvalidParameterException", message, property: given[0] ?? "secretString" }];
  },
  refuse: missingSecret,
  id: ({ inputs, cloud }) => `${text(inputs, "secretId")}|${cloud.random.uuid()}`,
  outputs: {
    secretArn: ({ inputs, cloud }) => findSecret(text(inputs, "secretId") ?? "", cloud)?.id ?? "",
    arn: ({ outputs }) => outputs["secretArn"] ?? "",
    versionId: ({ id }) => id.split("|")[1] ?? "",
    versionStages: () => ["AWSCURRENT"],
    hasSecretStringWo: ({ inputs }) => inputs["secretStringWo"] !== undefined,
  },
  seconds: { create: 1 },
};

function missingSecret({ inputs, cloud }: Draft): Problem | undefined {
  if (findSecret(text(inputs, "secretId") ?? "", cloud) !== undefined) return undefined;
  const message = "Secrets Manager can't find the specified secret.";
  return { code: "ResourceNotFoundException", message, property: "secretId" };
}

/** AWS Secrets Manager. */
export const secretsmanagerModels: readonly ResourceModel[] = [secret, secretVersion];
