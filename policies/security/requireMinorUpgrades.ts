import { onResource, rule } from "../rule.ts";

/** What switches it off, by type; left out it is on. */
const properties: Readonly<Record<string, string>> = {
  "aws:dms/replicationInstance:ReplicationInstance": "autoMinorVersionUpgrade",
  "aws:elasticache/cluster:Cluster": "autoMinorVersionUpgrade",
  "aws:elasticache/replicationGroup:ReplicationGroup": "autoMinorVersionUpgrade",
  "aws:memorydb/cluster:Cluster": "autoMinorVersionUpgrade",
  "aws:mq/broker:Broker": "autoMinorVersionUpgrade",
  "aws:rds/clusterInstance:ClusterInstance": "autoMinorVersionUpgrade",
  "aws:rds/instance:Instance": "autoMinorVersionUpgrade",
  "aws:redshift/cluster:Cluster": "allowVersionUpgrade",
};

export const requireMinorUpgrades = rule({
  name: "security-require-minor-upgrades",
  description: "Databases, caches and brokers must take minor versions by themselves.",
  reason: "Minor versions bring the fixes of holes that are public from that day on. Nobody does them by hand in time.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["RDS.13", "ElastiCache.2", "DMS.6", "Redshift.6"], cis: ["2.2.2"], nist: ["PR.PS-02"] },
  remediation: ["Leave the switch on, and choose a maintenance window outside of the hours in which people play."],
  check: onResource(Object.keys(properties), (inputs, report, { resource }) => {
    const property = properties[resource.type] ?? "";
    const value = inputs[property];
    if (value === false || value === "false") report(`${property} is false`);
  }),
});
