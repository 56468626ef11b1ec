import { onResource, rule } from "../rule.ts";
import { listSetting } from "../setting.ts";

const boundaries = listSetting({
  name: "boundaries",
  description: "ARNs of policies of which each role and user must have one as its boundary; none: nothing is asked",
  initial: [],
});

export const requirePermissionsBoundary = rule({
  name: "security-require-permissions-boundary",
  description: "Roles and users must stay within a boundary that the organisation set.",
  reason:
    "A boundary holds whatever policies are attached later: it is what lets teams make roles of their own without being able to make themselves administrators.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.AA-05"] },
  remediation: ["Set permissionsBoundary to the policy that the organisation gave for it."],
  settings: [boundaries],
  check: onResource(
    ["aws:iam/role:Role", "aws:iam/user:User"] as readonly string[],
    (identity, report, { setting }) => {
      const allowed = setting(boundaries);
      if (allowed.length === 0) return;
      const boundary = identity["permissionsBoundary"];
      if (typeof boundary !== "string" || !allowed.includes(boundary))
        report("permissionsBoundary is not one of the boundaries");
    },
  ),
});
