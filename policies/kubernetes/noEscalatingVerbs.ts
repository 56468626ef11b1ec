import { rule } from "../rule.ts";
import { onRoleRules } from "./roleRules.ts";

const escalating = ["escalate", "bind", "impersonate"];

export const noEscalatingVerbs = rule({
  name: "kubernetes-no-escalating-verbs",
  description: "Roles must not allow to escalate, bind or impersonate.",
  reason: "Each of the three is a way from any right to every right: they exist for those who administer rights.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.AA-05"] },
  remediation: ["Take the verb out; let those who administer the cluster grant what is needed."],
  check: onRoleRules(({ verbs = [] }, index, report) => {
    if (escalating.some((verb) => verbs.includes(verb))) report(`rules[${index}].verbs lets its holder gain any right`);
  }),
});
