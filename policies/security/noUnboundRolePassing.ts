import { onResource, type Report, rule } from "../rule.ts";
import { conditionValues } from "./callers.ts";
import { allowsOf, list, type Statement } from "./policyDocument.ts";

const passes: ReadonlySet<string> = new Set(["iam:passrole", "iam:pass*", "iam:p*", "iam:*"]);

/** Every role of an account, whatever the account. */
const isEveryRole = (resource: unknown): boolean => resource === "*" || String(resource).endsWith(":role/*");

const isBound = (statement: Statement): boolean =>
  conditionValues(statement, (key) => key === "iam:passedtoservice" || key === "iam:associatedresourcearn").some(
    (value) => value !== "*",
  );

const passesAny = (statement: Statement): boolean =>
  !isBound(statement) &&
  list(statement.Action).some((action) => passes.has(String(action).toLowerCase())) &&
  list(statement.Resource).some(isEveryRole);

const judge = (owner: object, document: unknown, path: string, report: Report): void => {
  if (allowsOf(owner, document).some(passesAny)) report(`${path} lets any role be passed to any service`);
};

export const noUnboundRolePassing = rule({
  name: "security-no-unbound-role-passing",
  description: "IAM policies must say which roles may be handed to which service.",
  reason:
    "Who may hand any role to any service hands the strongest one to a function of their own and runs it. It is the shortest way from little to everything.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.AA-05"] },
  remediation: ["Name the ARNs of the roles, or add a condition on iam:PassedToService."],
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
