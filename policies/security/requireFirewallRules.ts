import { onResource, rule } from "../rule.ts";

export const requireFirewallRules = rule({
  name: "security-require-firewall-rules",
  description: "A web firewall must have rules, and count what they do.",
  reason:
    "A firewall without rules lets everything through and looks like one that does not. Without its metrics nobody sees an attack begin.",
  level: "mandatory",
  severity: "medium",
  controls: { fsbp: ["WAF.10", "WAF.12"], nist: ["PR.IR-01", "DE.CM-01"] },
  remediation: [
    "Add rules, AWS's managed groups first.",
    "Set visibilityConfig.cloudwatchMetricsEnabled to true, for each rule too.",
  ],
  check: onResource("aws:wafv2/webAcl:WebAcl", (acl, report, { each }) => {
    each([acl], ({ rules, ruleJson, defaultAction }) => {
      if ((rules ?? []).length === 0 && !ruleJson && defaultAction?.block === undefined) report("rules is empty");
    });
    each([acl], ({ visibilityConfig }) => {
      if (visibilityConfig?.cloudwatchMetricsEnabled === false)
        report("visibilityConfig.cloudwatchMetricsEnabled is false");
    });
    each(acl.rules, ({ visibilityConfig }, index) => {
      if (visibilityConfig?.cloudwatchMetricsEnabled === false)
        report(`rules[${index}].visibilityConfig.cloudwatchMetricsEnabled is false`);
    });
  }),
});
