import type { KnownResource, Properties } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";

const aclType = "aws:wafv2/webAcl:WebAcl";

/** Rules as resources of their own, for an ACL that several programs add to. */
const ruleTypes = [
  "aws:wafv2/webAclRule:WebAclRule",
  "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
];

const isSilent = (of: unknown): boolean => valueAt(of, ["visibilityConfig", "cloudwatchMetricsEnabled"]) === false;

const hasRules = ({ rules, ruleJson, defaultAction }: Properties): boolean =>
  (Array.isArray(rules) && rules.length > 0) || Boolean(ruleJson) || valueAt(defaultAction, ["block"]) !== undefined;

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
  check: onWholeStack([aclType, ...ruleTypes], (resources, report, { each }) => {
    const isRuled = referredBy(
      resources.filter(({ type }) => ruleTypes.includes(type)),
      ["webAclArn"],
    );
    const acls = resources.filter(({ type }) => type === aclType);
    each(acls, (acl) => {
      if (!hasRules(acl.inputs) && !isRuled(acl)) report([acl], "rules is empty");
    });
    each(resources, (counted) => {
      if (isSilent(counted.inputs)) report([counted], "visibilityConfig.cloudwatchMetricsEnabled is false");
    });
    for (const acl of acls)
      each(rulesOf(acl), (index) => {
        if (isSilent(valueAt(acl.inputs, ["rules", index])))
          report([acl], `rules[${index}].visibilityConfig.cloudwatchMetricsEnabled is false`);
      });
  }),
});

/** The places of the rules inside an ACL; none where they are not known yet, of which the rule has said so before. */
const rulesOf = ({ inputs }: KnownResource): readonly number[] => {
  const rules = ifKnown(() => inputs["rules"]);
  return Array.isArray(rules) ? [...rules.keys()] : [];
};
