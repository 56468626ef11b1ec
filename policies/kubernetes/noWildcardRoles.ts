import { rule } from "../rule.ts";
import { onRoleRules } from "./roleRules.ts";

const lists = ["apiGroups", "resources", "verbs", "nonResourceURLs"] as const;

export const noWildcardRoles = rule({
  name: "kubernetes-no-wildcard-roles",
  description: "Roles must name what they allow: no `*` among verbs, resources, groups or paths.",
  reason:
    "A wildcard grants what does not exist yet: the next type of resource, and the verbs that hand out rights. Who holds such a role holds the cluster.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.AA-05"] },
  remediation: ["List the verbs and resources that the workload uses; its audit log shows them."],
  check: onRoleRules((of, index, report) => {
    const wild = lists.filter((list) => of[list]?.includes("*"));
    if (wild.length > 0) report(`rules[${index}] allows everything among its ${wild.join(" and ")}`);
  }),
});
