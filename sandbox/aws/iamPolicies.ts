import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { text, texts, type Value } from "../model/values.ts";
import { globalArn } from "./arn.ts";
import { ATTACHMENT, missingPolicy, POLICY, ROLE, ROLE_POLICY } from "./iamRole.ts";
import { iam, iamId, iamName, iamPath } from "./iamService.ts";
import { isManagedPolicy, managedPolicyName } from "./managedPolicies.ts";
import { policyRule, policySize } from "./policyDocument.ts";
import { tagsRule } from "./tags.ts";

/** Source of both sizes (characters without white space) and the count: IAM user guide, "IAM and AWS STS quotas". */
const MANAGED_SIZE = 6144;
const INLINE_SIZE = 10_240;
const POLICIES_PER_ROLE = 10;

/** Identity policies go with their role: what keeps a role is judged by the role. */
const ofRole = { immutable: true, ref: { type: ROLE, code: "NoSuchEntity", holds: false } };

const rolePolicy: ResourceModel = {
  type: ROLE_POLICY,
  service: iam,
  scope: "account",
  inputs: inputsOf(ROLE_POLICY, {
    name: iamName(128),
    role: ofRole,
    policy: policyRule("identity", "MalformedPolicyDocument"),
  }),
  autoname: { property: "name", maxLength: 128 },
  refuse: inlineTooLarge,
  id: ({ inputs }) => `${text(inputs, "role")}:${text(inputs, "name")}`,
  outputs: { namePrefix: () => "" },
  seconds: { create: 1 },
};

function inlineTooLarge({ id, inputs, cloud }: Draft): Problem | undefined {
  const role = text(inputs, "role");
  const others = cloud.all(ROLE_POLICY).filter((each) => each.id !== id && each.outputs["role"] === role);
  const sizes = [inputs, ...others.map((each) => each.outputs)].map((each) => policySize(text(each, "policy") ?? ""));
  if (sizes.reduce((sum, size) => sum + size, 0) <= INLINE_SIZE) return undefined;
  const message = `Maximum policy size of ${INLINE_SIZE} bytes exceeded for role ${role}`;
  return { code: "LimitExceeded", message, property: "policy" };
}

const attachment: ResourceModel = {
  type: ATTACHMENT,
  service: iam,
  scope: "account",
  inputs: inputsOf(ATTACHMENT, {
    role: { ...ofRole, pattern: "^[\\w+=,.@-]{1,64}$" },
    policyArn: { immutable: true, minLength: 20, maxLength: 2048, pattern: "^arn:[^:]+:iam::(\\d{12}|aws):policy/.+$" },
  }),
  check: (inputs) => {
    const name = managedPolicyName(text(inputs, "policyArn") ?? "");
    const problem = (code: string, message: string): readonly Problem[] => [{ code, message, property: "policyArn" }];
    if (name === undefined) return [];
    if (!isManagedPolicy(name)) {
      return problem("NoSuchEntity", `Policy ${text(inputs, "policyArn")} does not exist or is not attachable.`);
    }
    if (!name.startsWith("aws-service-role/")) return [];
    return problem("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.");
  },
  refuse: (draft) => missingPolicy(draft, "policyArn") ?? tooManyPolicies(draft),
  // Attaching what is attached changes nothing: both are one thing with one id.
  id: ({ inputs }) => `${text(inputs, "role")}/${text(inputs, "policyArn")}`,
  seconds: { create: 1 },
};

function tooManyPolicies({ inputs, cloud }: Draft): Problem | undefined {
  const attached = cloud.all(ATTACHMENT).filter(({ outputs }) => outputs["role"] === inputs["role"]);
  const others = attached.filter(({ outputs }) => outputs["policyArn"] !== inputs["policyArn"]);
  if (others.length < POLICIES_PER_ROLE) return undefined;
  return { code: "LimitExceeded", message: `Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}` };
}

const policy: ResourceModel = {
  type: POLICY,
  service: iam,
  scope: "account",
  inputs: inputsOf(POLICY, {
    name: iamName(128),
    path: iamPath,
    policy: policyRule("identity", "MalformedPolicyDocument"),
    tags: tagsRule("InvalidInput"),
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["name"], code: "EntityAlreadyExists" }],
  check: (inputs) => {
    if (policySize(text(inputs, "policy") ?? "") <= MANAGED_SIZE) return [];
    return [
      { code: "LimitExceeded", message: `Cannot exceed quota for PolicySize: ${MANAGED_SIZE}`, property: "policy" },
    ];
  },
  refuseDelete: ({ id }, cloud) =>
    isAttached(id, cloud)
      ? { code: "DeleteConflict", message: `Cannot delete a policy attached to entities: ${id}` }
      : undefined,
  id: ({ inputs, place }) => globalArn("iam", place, `policy${text(inputs, "path")}${text(inputs, "name")}`),
  outputs: {
    arn: ({ id }) => id,
    policyId: ({ cloud }) => iamId("ANPA", cloud),
    attachmentCount: () => 0,
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1 },
};

function isAttached(arn: string, cloud: CloudView): boolean {
  const names = (value: Value | undefined): boolean => texts(value).includes(arn);
  return (
    cloud.all(ATTACHMENT).some(({ outputs }) => names(outputs["policyArn"])) ||
    cloud.all(ROLE).some(({ outputs }) => names(outputs["managedPolicyArns"]) || names(outputs["permissionsBoundary"]))
  );
}

/** Policies of IAM: managed by the customer, inline at a role, and attached to one. */
export const iamPolicies: readonly ResourceModel[] = [rolePolicy, attachment, policy];
