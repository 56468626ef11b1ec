import { onResource, rule } from "../rule.ts";

export const takeFinalSnapshots = rule({
  name: "reliability-take-final-snapshots",
  description: "In production databases and caches must leave a snapshot when they are deleted.",
  reason:
    "It is read at the deletion, and too late to be changed then: a database that was made to skip it is gone with the command.",
  level: "advisory",
  severity: "high",
  controls: { nist: ["PR.DS-11", "ID.AM-08"], wellArchitected: ["REL09-BP03"] },
  remediation: ["Leave skipFinalSnapshot out or false, and name it by finalSnapshotIdentifier."],
  check: [
    onResource<string>(
      [
        "aws:rds/instance:Instance",
        "aws:rds/cluster:Cluster",
        "aws:docdb/cluster:Cluster",
        "aws:neptune/cluster:Cluster",
        "aws:redshift/cluster:Cluster",
      ],
      ({ skipFinalSnapshot, replicateSourceDb }, report, { context }) => {
        if (context.environment === "production" && skipFinalSnapshot === true && !replicateSourceDb)
          report("skipFinalSnapshot is true");
      },
    ),
    onResource(
      "aws:elasticache/replicationGroup:ReplicationGroup",
      ({ finalSnapshotIdentifier }, report, { context }) => {
        if (context.environment === "production" && !finalSnapshotIdentifier)
          report("finalSnapshotIdentifier is not set");
      },
    ),
  ],
});
