import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text, texts } from "../model/values.ts";
import { globalArn } from "./arn.ts";
import { iam, iamId, iamName, iamPath } from "./iamService.ts";
import { isManagedPolicy, managedPolicyName } from "./managedPolicies.ts";
import { policyRule, policySize } from "./policyDocument.ts";
import { missingPrincipal } from "./policyPrincipals.ts";
import { tagsRule } from "./tags.ts";

export const ROLE = "aws:iam/role:Role";
export const POLICY = "aws:iam/policy:Policy";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** Characters of a trust policy without white space. Source: IAM user guide, "IAM and AWS STS quotas". */
const TRUST_SIZE = 2048;

export const role: ResourceModel = {
  type: ROLE,
  service: iam,
  scope: "account",
  inputs: inputsOf(ROLE, {
    name: iamName(64),
    path: iamPath,
    assumeRolePolicy: policyRule("trust", "MalformedPolicyDocument"),
    maxSessionDuration: { default: 3600 },
    managedPolicyArns: { maxItems: 10 },
    inlinePolicies: { items: { properties: { policy: policyRule("identity", "MalformedPolicyDocument") } } },
    tags: tagsRule("InvalidInput"),
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["name"], code: "EntityAlreadyExists" }],
  check: (inputs) => {
    if (policySize(text(inputs, "assumeRolePolicy") ?? "") <= TRUST_SIZE) return [];
    const message = `Cannot exceed quota for ACLSizePerRole: ${TRUST_SIZE}`;
    return [{ code: "LimitExceeded", message, property: "assumeRolePolicy" }];
  },
  refuse: (draft) =>
    missingPrincipal(draft, "assumeRolePolicy", "MalformedPolicyDocument") ??
    missingPolicy(draft, "permissionsBoundary") ??
    missingPolicy(draft, "managedPolicyArns"),
  refuseDelete: (resource, cloud) => {
    if (resource.inputs["forceDetachPolicies"] === true || policiesOf(resource, cloud).length === 0) return undefined;
    const message = `Cannot delete entity, must detach all policies first: role ${resource.id}`;
    return { code: "DeleteConflict", message };
  },
  removes: policiesOf,
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, inputs, place }) => globalArn("iam", place, `role${text(inputs, "path")}${id}`),
    createDate: ({ cloud }) => cloud.now,
    uniqueId: ({ cloud }) => iamId("AROA", cloud),
    namePrefix: () => "",
    inlinePolicies: () => [],
    managedPolicyArns: () => [],
  },
  keys: ["arn"],
  seconds: { create: 8 },
};

/** Refuses an ARN (or one of several) under `property` that names no policy of AWS or of the caller's account. */
export function missingPolicy({ inputs, cloud }: Draft, property: string): Problem | undefined {
  const missing = texts(inputs[property]).find((arn) => {
    const managed = managedPolicyName(arn);
    return managed === undefined ? cloud.find(POLICY, arn) === undefined : !isManagedPolicy(managed);
  });
  if (missing === undefined) return undefined;
  return { code: "NoSuchEntity", message: `Policy ${missing} does not exist or is not attachable.`, property };
}

/** The policies at a role, inline and attached. */
function policiesOf(resource: Resource, cloud: CloudView): readonly Resource[] {
  const { id } = resource;
  return [...cloud.all(ROLE_POLICY), ...cloud.all(ATTACHMENT)].filter(({ outputs }) => outputs["role"] === id);
}
