import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text, UNKNOWN } from "../model/values.ts";
import { arn } from "./arn.ts";
import { ALIAS, findKey, KEY } from "./kmsKeys.ts";
import { policyRule, statementsOf } from "./policyDocument.ts";
import { allows, missingPrincipal } from "./policyPrincipals.ts";
import { tagsRule } from "./tags.ts";

/** Source of the codes: AWS KMS API reference, the errors of each action. */
const kms: Service = {
  name: "kms",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "NotFoundException",
    inUse: "KMSInvalidStateException",
    throttled: "ThrottlingException",
  },
};

const SYMMETRIC = "SYMMETRIC_DEFAULT";
const fixed: PropertyRule = { immutable: true };
const keyInputs = inputsOf(KEY, {
  customerMasterKeySpec: fixed,
  keyUsage: fixed,
  multiRegion: fixed,
  customKeyStoreId: fixed,
  xksKeyId: fixed,
  policy: { ...policyRule("resource", "MalformedPolicyDocumentException"), maxLength: 32_768 },
  tags: tagsRule("TagException"),
});

const key: ResourceModel = {
  type: KEY,
  service: kms,
  inputs: keyInputs,
  check: (inputs) => [...wrongUsage(inputs), ...wrongRotation(inputs)],
  refuse: (draft) => missingPrincipal(draft, "policy", "MalformedPolicyDocumentException") ?? lockout(draft),
  id: ({ inputs, cloud }) => (inputs["multiRegion"] === true ? `mrk-${cloud.random.hex(32)}` : cloud.random.uuid()),
  outputs: {
    keyId: ({ id }) => id,
    arn: ({ id, place }) => arn("kms", place, `key/${id}`),
    description: () => "",
    policy: ({ place }) => JSON.stringify(defaultPolicy(place.account)),
    rotationPeriodInDays: {
      onWrite: ({ inputs }) => (inputs["enableKeyRotation"] === true ? 365 : 0),
      exceptFor: Object.keys({ ...keyInputs, tagsAll: {} }).filter((name) => name !== "enableKeyRotation"),
    },
  },
  keys: ["arn"],
  seconds: { create: 8, update: 2 },
};

/** Which keys can do what. Source: AWS KMS developer guide, "Key spec reference". */
function usagesOf(spec: string): readonly string[] {
  if (spec === SYMMETRIC) return ["ENCRYPT_DECRYPT"];
  if (spec.startsWith("RSA_")) return ["ENCRYPT_DECRYPT", "SIGN_VERIFY"];
  if (spec.startsWith("HMAC_")) return ["GENERATE_VERIFY_MAC"];
  if (spec.startsWith("ECC_NIST_P")) return ["SIGN_VERIFY", "KEY_AGREEMENT"];
  return spec === "SM2" ? ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"] : ["SIGN_VERIFY"];
}

function wrongUsage(inputs: Properties): readonly Problem[] {
  const { customerMasterKeySpec: spec = SYMMETRIC, keyUsage: usage = "ENCRYPT_DECRYPT" } = inputs;
  if (spec === UNKNOWN || usage === UNKNOWN || usagesOf(String(spec)).includes(String(usage))) return [];
  const message = `KeyUsage ${usage} is not compatible with KeySpec ${spec}`;
  return [{ code: "ValidationException", message, property: "keyUsage" }];
}

function wrongRotation(inputs: Properties): readonly Problem[] {
  const { customerMasterKeySpec: spec = SYMMETRIC, enableKeyRotation = false } = inputs;
  if (inputs["rotationPeriodInDays"] !== undefined && enableKeyRotation === false) {
    const message = "a rotation period needs enableKeyRotation";
    return [{ code: "ValidationException", message, property: "rotationPeriodInDays" }];
  }
  if (enableKeyRotation !== true || spec === UNKNOWN || spec === SYMMETRIC) return [];
  const message = `keys of the spec ${spec} do not support automatic rotation`;
  return [{ code: "UnsupportedOperationException", message, property: "enableKeyRotation" }];
}

/** A key whose policy lets nobody of the account change it could never be managed again. */
function lockout({ inputs, place }: Draft): Problem | undefined {
  const document = text(inputs, "policy");
  if (document === undefined || inputs["bypassPolicyLockoutSafetyCheck"] === true) return undefined;
  const own = new RegExp(`^(${place.account}|arn:[^:]+:(iam|sts)::${place.account}:.+)$`);
  const wanted = { action: "kms:PutKeyPolicy", type: "AWS", isPrincipal: (principal: string) => own.test(principal) };
  if (allows(statementsOf(document), wanted)) return undefined;
  const message = "The new key policy will not allow you to update the key policy in the future.";
  return { code: "MalformedPolicyDocumentException", message, property: "policy" };
}

function defaultPolicy(account: string): Properties {
  const root = { AWS: `arn:aws:iam::${account}:root` };
  const statement = { Sid: "AccountAdministers", Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" };
  return { Version: "2012-10-17", Statement: [statement] };
}

const aliasInputs = inputsOf(ALIAS, {
  name: { required: true, code: "InvalidAliasNameException" },
});

const alias: ResourceModel = {
  type: ALIAS,
  service: kms,
  inputs: aliasInputs,
  autoname: { property: "name", maxLength: 256, prefix: "alias/" },
  unique: [{ by: ["name"], code: "AlreadyExistsException" }],
  check: (inputs) => {
    if (text(inputs, "name")?.startsWith("alias/aws/") !== true) return [];
    const message = "the prefix alias/aws/ is reserved for keys that AWS manages";
    return [{ code: "NotAuthorizedException", message, property: "name" }];
  },
  refuse: ({ inputs, cloud }) => {
    const target = text(inputs, "targetKeyId") ?? "";
    // An alias of an alias there is not.
    if (!target.includes("alias/") && findKey(target, cloud) !== undefined) return undefined;
    return { code: "NotFoundException", message: `Key '${target}' does not exist`, property: "targetKeyId" };
  },
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("kms", place, id),
    targetKeyArn: {
      onWrite: ({ inputs, cloud }) => findKey(text(inputs, "targetKeyId") ?? "", cloud)?.outputs["arn"] ?? "",
    },
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1 },
};

/** AWS Key Management Service. */
export const kmsModels: readonly ResourceModel[] = [key, alias];
