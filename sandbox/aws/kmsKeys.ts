import type { CloudView, Draft } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { text } from "../model/values.ts";
import { statementsOf } from "./policyDocument.ts";
import { allows } from "./policyPrincipals.ts";

export const KEY = "aws:kms/key:Key";
export const ALIAS = "aws:kms/alias:Alias";

/** The key that an id, a key's ARN, an alias' name or an alias' ARN means in this account and region. */
export function findKey(reference: string, cloud: CloudView): Resource | undefined {
  const named = cloud.find(ALIAS, reference) ?? cloud.find(ALIAS, reference, "arn");
  const target = named === undefined ? reference : (text(named.outputs, "targetKeyId") ?? "");
  return cloud.find(KEY, target) ?? cloud.find(KEY, target, "arn");
}

/**
 * Refuses a key under `property` that does not exist, for the inputs of other services. What another account has cannot be
 * seen from here; the keys that AWS manages (`alias/aws/...`) are always there.
 */
export function missingKey(
  { inputs, place, cloud }: Draft,
  property: string,
  { value = text(inputs, property), code }: { readonly value?: string | undefined; readonly code: string },
): Problem | undefined {
  if (value === undefined || value === "" || /(^|:)alias\/aws\//.test(value)) return undefined;
  const account = /^arn:[^:]+:kms:[^:]*:(\d{12}):/.exec(value)?.[1];
  const foreign = account !== undefined && account !== place.account;
  if (foreign || findKey(value, cloud) !== undefined) return undefined;
  return { code, message: `Key '${value}' does not exist`, property };
}

/** Whether the policy of a key lets a service of AWS use it. A key of another account is taken to do so. */
export function serviceMayUse(reference: string, service: RegExp, cloud: CloudView): boolean {
  const document = text(findKey(reference, cloud)?.outputs ?? {}, "policy");
  if (document === undefined) return true;
  const isPrincipal = (principal: string): boolean => service.test(principal);
  return allows(statementsOf(document), { action: "kms:GenerateDataKey", type: "Service", isPrincipal });
}
