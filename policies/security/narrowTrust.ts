import { onResource, rule } from "../rule.ts";
import { conditionValues, isForEveryone, namesCallers, principalsOf } from "./callers.ts";
import { allowsOf, type Statement } from "./policyDocument.ts";

/** Claims that say which one of an issuer's tokens it is. SAML and Cognito say it by the audience. */
const subjects = (key: string): boolean =>
  key.endsWith(":sub") || key === "saml:aud" || key === "cognito-identity.amazonaws.com:aud";

/**
 * What stands before the organisation in the subjects of issuers that sign for everybody: of GitHub, GitLab, HCP Terraform and
 * Pulumi Cloud. Source: their pages on OpenID Connect with AWS.
 */
const label = /^(repo|project_path|organization|pulumi:deploy:org):/;

/** A subject of nothing but wildcards, or one that leaves open of which organisation: `studio*` is anybody's who takes the name. */
function isAnySubject(value: string): boolean {
  const [fixed = ""] = value.split(/[*?]/, 1);
  const organisation = fixed.replace(label, "");
  if (organisation === "") return true;
  return fixed !== value && label.test(fixed) && !/[/:]/.test(organisation);
}

function fault(statement: Statement): string | undefined {
  if (isForEveryone(statement) && !namesCallers(statement)) return "lets everybody take the role";
  if (principalsOf(statement, "Federated").length === 0) return undefined;
  const found = conditionValues(statement, subjects);
  if (found.length === 0) return "lets every token of its issuer take the role: no condition names a subject";
  return found.some(isAnySubject) ? "lets every subject of its issuer take the role" : undefined;
}

export const narrowTrust = rule({
  name: "security-narrow-trust",
  description: "Roles must be taken by those alone who are named: accounts, services, or subjects of an issuer.",
  reason:
    "An issuer such as that of a public code host makes tokens for everybody. A trust that asks for the issuer and the audience, and not for the repository, lets anybody's pipeline in.",
  level: "mandatory",
  severity: "critical",
  controls: { nist: ["PR.AA-03", "PR.AA-05"] },
  remediation: [
    "Name the accounts or roles that may take the role.",
    "For a federated issuer add a condition on its :sub claim that begins with your organisation.",
  ],
  check: onResource("aws:iam/role:Role", (role, report) => {
    for (const statement of allowsOf(role, role.assumeRolePolicy)) {
      const message = fault(statement);
      if (message !== undefined) return report(`assumeRolePolicy ${message}`);
    }
  }),
});
