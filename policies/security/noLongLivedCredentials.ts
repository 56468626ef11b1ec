import { onResource, rule } from "../rule.ts";

const kinds: Readonly<Record<string, string>> = {
  "aws:iam/accessKey:AccessKey": "an access key never ends, and its secret lies in the state of the stack",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "such a credential lies in the state of the stack",
  "aws:iam/userLoginProfile:UserLoginProfile": "a password for the console lies in the state of the stack",
};

export const noLongLivedCredentials = rule({
  name: "security-no-long-lived-credentials",
  description: "Programs must make no access keys and no passwords of users.",
  reason:
    "Most intrusions into clouds begin with a key that somebody found. A role gives credentials that end within hours, and there is nothing to rotate or to lose.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["IAM.3"], cis: ["1.13", "1.17", "1.20"], nist: ["PR.AA-01"] },
  remediation: [
    "Give machines a role: an instance profile, a pod identity, a function's role, or OpenID Connect for a pipeline.",
    "Let persons sign in by the organisation's identity provider.",
  ],
  check: onResource(Object.keys(kinds), (_, report, { resource }) => report(kinds[resource.type] ?? "a credential")),
});
