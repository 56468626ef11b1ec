import type { Draft } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { text } from "../model/values.ts";
import { matchesWildcard, type PolicyStatement, statementsOf } from "./policyDocument.ts";

const ROLE = "aws:iam/role:Role";

/**
 * Refuses the policy under `property` when it names a role of the caller's own account that does not exist. What other
 * accounts have, users, and roles that services make for themselves, cannot be seen from here.
 */
export function missingPrincipal(draft: Draft, property: string, code: string): Problem | undefined {
  const { cloud, place } = draft;
  const own = new RegExp(`^arn:[^:]+:iam::${place.account}:role/(?!aws-service-role/)`);
  const arns = statementsOf(text(draft.inputs, property) ?? "").flatMap(({ principals }) => principals["AWS"] ?? []);
  const missing = arns.find((arn) => own.test(arn) && cloud.find(ROLE, arn, "arn") === undefined);
  if (missing === undefined) return undefined;
  return { code, message: `Invalid principal in policy: "AWS":"${missing}"`, property };
}

/** Whether statements allow an action to a principal of a type (`AWS`, `Service`); conditions are taken to hold. */
export function allows(
  statements: readonly PolicyStatement[],
  wanted: { readonly action: string; readonly type: string; readonly isPrincipal: (principal: string) => boolean },
): boolean {
  return statements.some(({ effect, principals, actions }) => {
    const named = (principals[wanted.type] ?? []).some(wanted.isPrincipal) || (principals["AWS"] ?? []).includes("*");
    return effect === "Allow" && named && actions.some((action) => matchesWildcard(action, wanted.action));
  });
}
