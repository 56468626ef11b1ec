import { onResource, type Report, rule } from "../rule.ts";
import { allowsOf, list, type Statement } from "./policyDocument.ts";

const decrypts: ReadonlySet<string> = new Set([
  "kms:*",
  "kms:decrypt",
  "kms:decrypt*",
  "kms:re*",
  "kms:reencrypt*",
  "kms:reencryptfrom",
]);

/** Every key, of this account or of any. */
const isEveryKey = (resource: unknown): boolean => {
  if (resource === "*") return true;
  const text = String(resource);
  return text.startsWith("arn:") && text.includes(":kms:") && (text.endsWith(":key/*") || text.endsWith(":*"));
};

const opensEveryKey = (statement: Statement): boolean =>
  statement.Condition === undefined &&
  list(statement.Action).some((action) => decrypts.has(String(action).toLowerCase())) &&
  list(statement.Resource).some(isEveryKey);

const judge = (owner: object, document: unknown, path: string, report: Report): void => {
  if (allowsOf(owner, document).some(opensEveryKey)) report(`${path} lets every key be used to decrypt`);
};

export const noDecryptionOfEverything = rule({
  name: "security-no-decryption-of-everything",
  description: "IAM policies must name the keys that may be used to decrypt.",
  reason:
    "A key keeps data apart only as long as not everybody may use it. With every key in reach the policy of a bucket is all that is left.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["KMS.1", "KMS.2"], nist: ["PR.AA-05", "PR.DS-01"] },
  remediation: ["Name the ARNs of the keys, or add a condition on kms:ViaService or on a tag of the key."],
  check: [
    onResource(
      [
        "aws:iam/policy:Policy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/userPolicy:UserPolicy",
        "aws:iam/groupPolicy:GroupPolicy",
      ],
      (inputs, report) => judge(inputs, inputs.policy, "policy", report),
    ),
    onResource("aws:iam/role:Role", (role, report, { each }) => {
      each(role.inlinePolicies, ({ policy }, index) => judge(role, policy, `inlinePolicies[${index}].policy`, report));
    }),
  ],
});
