import type { Report, Subject } from "../rule.ts";
import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

/** A week lets a mistake of a Friday be found by the people of the Friday after. */
const fewestDays = numberPerEnvironment(
  {
    name: "fewestDays",
    description: "the fewest days that automatic backups are kept; 0 asks for none",
    initial: { development: 0, staging: 1, production: 7 },
  },
  { minimum: 0, maximum: 35 },
);

const judgeDays = (days: number | undefined, property: string, report: Report, subject: Subject): void => {
  const fewest = subject.setting(fewestDays)[subject.context.environment];
  if ((days ?? 0) < fewest)
    report(
      `${subject.show([property])} keeps backups for fewer than ${fewest} days, the fewest in ${subject.context.environment}`,
    );
};

/** Clusters of databases keep a day unless told otherwise, an instance nothing. */
const clusterDefault = 1;

export const keepDatabaseBackups = rule({
  name: "reliability-keep-database-backups",
  description: "Databases and caches must make automatic backups, and keep them for some days.",
  reason:
    "An instance that Pulumi makes keeps no backup unless it is told how many days. Progress and purchases of players are in there.",
  level: "advisory",
  severity: "high",
  controls: {
    fsbp: ["RDS.11", "DocumentDB.2", "Neptune.5", "ElastiCache.1"],
    nist: ["PR.DS-11"],
    wellArchitected: ["REL09-BP03"],
  },
  remediation: ["Set backupRetentionPeriod, or snapshotRetentionLimit of a cache, to seven days or more."],
  settings: [fewestDays],
  check: [
    onResource("aws:rds/instance:Instance", (instance, report, subject) => {
      // Backups of a replica are those of its source.
      if (!instance.replicateSourceDb)
        judgeDays(instance.backupRetentionPeriod, "backupRetentionPeriod", report, subject);
    }),
    onResource<string>(
      ["aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"],
      ({ backupRetentionPeriod, replicationSourceIdentifier }, report, subject) => {
        if (replicationSourceIdentifier) return;
        const days = typeof backupRetentionPeriod === "number" ? backupRetentionPeriod : clusterDefault;
        judgeDays(days, "backupRetentionPeriod", report, subject);
      },
    ),
    onResource(
      ["aws:elasticache/replicationGroup:ReplicationGroup", "aws:memorydb/cluster:Cluster"],
      ({ snapshotRetentionLimit }, report, subject) =>
        judgeDays(snapshotRetentionLimit, "snapshotRetentionLimit", report, subject),
    ),
  ],
});
