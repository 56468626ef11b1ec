import { onResource, rule } from "../rule.ts";

export const requireCacheLogin = rule({
  name: "security-require-cache-login",
  description: "Caches must ask who is there, and stand in subnets that the program chose.",
  reason:
    "A cache that asks for nothing is open to whatever reaches it, and the default subnets are where nobody looked.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["ElastiCache.6", "ElastiCache.7"], nist: ["PR.AA-03"] },
  remediation: ["Set userGroupIds to a group of users, or authToken to a secret.", "Set subnetGroupName."],
  check: onResource("aws:elasticache/replicationGroup:ReplicationGroup", (group, report, { each }) => {
    each(["userGroupIds", "subnetGroupName"] as const, (property) => {
      if (property === "subnetGroupName") {
        if (!group.subnetGroupName || group.subnetGroupName === "default")
          report(`${property} is not one of the program's own`);
      } else if ((group.userGroupIds ?? []).length === 0 && !group.authToken)
        report(`neither ${property} nor authToken is set`);
    });
  }),
});
