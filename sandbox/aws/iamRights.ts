import type { CloudView } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { text, texts } from "../model/values.ts";
import { ATTACHMENT, ROLE, ROLE_POLICY } from "./iamRole.ts";
import { matchesWildcard, statementsOf } from "./policyDocument.ts";
import { allows } from "./policyPrincipals.ts";

/** Whether a role of this account exists and lets a service of AWS take it. A role of another account is taken to do so. */
export function serviceMayAssume(roleArn: string, service: string, account: string, cloud: CloudView): boolean {
  if (!roleArn.includes(`::${account}:`)) return true;
  const document = text(cloud.find(ROLE, roleArn, "arn")?.outputs ?? {}, "assumeRolePolicy");
  if (document === undefined) return false;
  const isPrincipal = (principal: string): boolean => principal === service;
  return allows(statementsOf(document), { action: "sts:AssumeRole", type: "Service", isPrincipal });
}

/**
 * Whether a role's policies name an action. What attached policies say is not looked up: a role that has one is taken to be allowed,
 * and so is a role that cannot be seen from here.
 */
export function roleMay(roleArn: string, action: string, cloud: CloudView): boolean {
  const role = cloud.find(ROLE, roleArn, "arn");
  if (role === undefined) return true;
  const ofRole = (resource: Resource): boolean => resource.outputs["role"] === role.id;
  if (cloud.all(ATTACHMENT).some(ofRole) || texts(role.outputs["managedPolicyArns"]).length > 0) return true;
  return cloud
    .all(ROLE_POLICY)
    .filter(ofRole)
    .flatMap(({ outputs }) => statementsOf(text(outputs, "policy") ?? ""))
    .some(({ effect, actions }) => effect === "Allow" && actions.some((each) => matchesWildcard(each, action)));
}
