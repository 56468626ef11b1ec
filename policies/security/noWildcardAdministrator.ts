import { onResource, rule } from "../rule.ts";
import { administratorFault, isAdministratorPolicy } from "./policyDocument.ts";

export const noWildcardAdministrator = rule({
  name: "security-no-wildcard-administrator",
  description: "IAM policies must not allow every action on every resource.",
  reason:
    "One leaked credential of such an identity is the whole account. Conditions are not weighed: they can be changed alone.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["IAM.1"], cis: ["1.15"] },
  remediation: ["Name the actions and resources that are needed, and attach no AdministratorAccess."],
  check: [
    onResource(
      [
        "aws:iam/policy:Policy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/userPolicy:UserPolicy",
        "aws:iam/groupPolicy:GroupPolicy",
      ],
      (inputs, report) => {
        const fault = administratorFault(inputs, inputs.policy);
        if (fault !== undefined) report(`policy ${fault}`);
      },
    ),
    onResource("aws:iam/role:Role", (role, report, { each }) => {
      each(role.inlinePolicies, ({ policy }, index) => {
        // An entry without a document is how one says that a role has no inline policies.
        const fault = policy === undefined ? undefined : administratorFault(role, policy);
        if (fault !== undefined) report(`inlinePolicies[${index}].policy ${fault}`);
      });
      each(role.managedPolicyArns, (arn, index) => {
        if (isAdministratorPolicy(arn)) report(`managedPolicyArns[${index}] is the administrator's policy`);
      });
    }),
    onResource(
      [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
      ],
      ({ policyArn }, report) => {
        if (isAdministratorPolicy(policyArn)) report("policyArn is the administrator's policy");
      },
    ),
  ],
});
