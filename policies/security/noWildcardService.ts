import { onResource, type Report, rule } from "../rule.ts";
import { listSetting } from "../setting.ts";
import { allowsOf, grantsEveryResource, list } from "./policyDocument.ts";

/** Services in which every action on everything is the whole account, or all that it keeps secret. */
const guardedServices = listSetting({
  name: "guardedServices",
  description: "prefixes of actions of which no policy may allow all on every resource",
  initial: ["account", "iam", "kms", "organizations", "secretsmanager", "sso", "sts"],
});

/** The service of an action such as `iam:*`; `undefined` where only some actions are meant. */
const wholeService = (action: unknown): string | undefined => {
  const [service, name] = String(action).toLowerCase().split(":");
  return service && name && name.replaceAll("*", "") === "" ? service : undefined;
};

const judge = (owner: object, document: unknown, path: string, guarded: readonly string[], report: Report): void => {
  const wide = allowsOf(owner, document).filter((statement) => grantsEveryResource(statement));
  const services = wide.flatMap(({ Action }) => list(Action).map(wholeService));
  if (services.some((service) => service !== undefined && guarded.includes(service)))
    report(`${path} allows every action of a guarded service on every resource`);
};

export const noWildcardService = rule({
  name: "security-no-wildcard-service",
  description: "IAM policies must not allow all of IAM, KMS, STS or Secrets Manager on every resource.",
  reason:
    "Who may do everything in IAM can give themselves the rest, and who may do everything with keys and secrets can read the rest: it is the administrator by another name.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["IAM.21"], nist: ["PR.AA-05"] },
  remediation: ["Name the actions that are needed, and the resources that they are needed on."],
  settings: [guardedServices],
  check: [
    onResource(
      [
        "aws:iam/policy:Policy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/userPolicy:UserPolicy",
        "aws:iam/groupPolicy:GroupPolicy",
      ],
      (inputs, report, { setting }) => judge(inputs, inputs.policy, "policy", setting(guardedServices), report),
    ),
    onResource("aws:iam/role:Role", (role, report, { each, setting }) => {
      each(role.inlinePolicies, ({ policy }, index) =>
        judge(role, policy, `inlinePolicies[${index}].policy`, setting(guardedServices), report),
      );
    }),
  ],
});
