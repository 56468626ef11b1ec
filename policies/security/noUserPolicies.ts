import { onResource, rule } from "../rule.ts";

export const noUserPolicies = rule({
  name: "security-no-user-policies",
  description: "Users must get their permissions by groups or roles, not one by one.",
  reason:
    "What one person may do is then found in as many places as there are policies, and stays with them when their work changes.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["IAM.2"], cis: ["1.14"], nist: ["PR.AA-05"] },
  remediation: ["Attach the policy to a group or, better, to a role that the person takes after signing in."],
  check: [
    onResource(["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"], (_, report) =>
      report("a policy is given to a user alone"),
    ),
    onResource("aws:iam/policyAttachment:PolicyAttachment", ({ users }, report) => {
      if ((users ?? []).length > 0) report("users names users");
    }),
  ],
});
