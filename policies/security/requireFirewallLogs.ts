import { onWholeStack, rule } from "../rule.ts";
import { withoutCompanion } from "./companions.ts";

const acl = "aws:wafv2/webAcl:WebAcl";
const logging = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";

export const requireFirewallLogs = rule({
  name: "security-require-firewall-logs",
  description: "In production web firewalls must write down what they saw.",
  reason:
    "A rule that blocks players by mistake is found in the log of the firewall and nowhere else; so is what it let through.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["WAF.11"], nist: ["PR.PS-04", "DE.CM-01"] },
  remediation: ["Add a WebAclLoggingConfiguration for the web ACL, without headers that hold credentials."],
  check: onWholeStack([acl, logging], (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    each(withoutCompanion(resources, [acl], { types: [logging], property: "resourceArn" }), (firewall) =>
      report([firewall], "no logging configuration names this web ACL"),
    );
  }),
});
