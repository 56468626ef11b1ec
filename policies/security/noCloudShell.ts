import { onResource, rule } from "../rule.ts";

const isCloudShell = (arn: unknown): boolean =>
  typeof arn === "string" && arn.endsWith(":iam::aws:policy/AWSCloudShellFullAccess");

export const noCloudShell = rule({
  name: "security-no-cloud-shell",
  description: "Nobody must get all of CloudShell by AWS's own policy.",
  reason:
    "It lets files be uploaded and downloaded: a way to carry data out of the account that no network of yours sees.",
  level: "advisory",
  severity: "low",
  controls: { cis: ["1.21"], nist: ["PR.AA-05"] },
  remediation: ["Attach a policy of your own that leaves out the actions for files."],
  check: [
    onResource(
      [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
      ] as readonly string[],
      (attachment, report) => {
        if (isCloudShell(attachment["policyArn"])) report("policyArn is all of CloudShell");
      },
    ),
    onResource("aws:iam/role:Role", ({ managedPolicyArns }, report, { each }) => {
      each(managedPolicyArns, (arn, index) => {
        if (isCloudShell(arn)) report(`managedPolicyArns[${index}] is all of CloudShell`);
      });
    }),
  ],
});
