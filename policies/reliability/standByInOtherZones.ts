import { onResource, rule } from "../rule.ts";

export const standByInOtherZones = rule({
  name: "reliability-stand-by-in-other-zones",
  description: "In production databases and caches must have a standby in another zone, and move to it by themselves.",
  reason: "The zone of a single database is the one zone whose failure stops the game everywhere.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["RDS.5", "ElastiCache.3"], nist: ["PR.IR-03"], wellArchitected: ["REL10-BP01"] },
  remediation: [
    "Set multiAz; for a cache automaticFailoverEnabled, multiAzEnabled and two members at least; for MemoryDB a replica per shard.",
  ],
  check: [
    onResource("aws:rds/instance:Instance", ({ multiAz, replicateSourceDb }, report, { context }) => {
      if (context.environment === "production" && !replicateSourceDb && multiAz !== true) report("multiAz is not true");
    }),
    onResource("aws:elasticache/replicationGroup:ReplicationGroup", (group, report, { context, each }) => {
      if (context.environment !== "production") return;
      each(["automaticFailoverEnabled", "multiAzEnabled"] as const, (property) => {
        if (group[property] !== true) report(`${property} is not true`);
      });
    }),
    onResource("aws:memorydb/cluster:Cluster", ({ numReplicasPerShard }, report, { context, show }) => {
      // One replica is what AWS makes unless it is told otherwise.
      if (context.environment === "production" && (numReplicasPerShard ?? 1) < 1)
        report(`${show(["numReplicasPerShard"])} leaves no replica`);
    }),
  ],
});
