import { onResource, rule } from "../rule.ts";

export const requireEncryptedDatabases = rule({
  name: "security-require-encrypted-databases",
  description: "Databases, caches and file systems must be encrypted at rest.",
  reason:
    "These stores are written in clear unless told otherwise, and cannot be encrypted afterwards without being replaced.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["RDS.3", "RDS.27", "ElastiCache.4", "EFS.1"], cis: ["2.2.1", "2.3.1"] },
  remediation: ["Set storageEncrypted, atRestEncryptionEnabled or encrypted to true when the store is created."],
  check: [
    onResource("aws:rds/instance:Instance", (instance, report) => {
      // A replica takes the encryption of its source.
      if (instance.replicateSourceDb) return;
      if (instance.storageEncrypted !== true) report("storageEncrypted is not true");
    }),
    onResource("aws:rds/cluster:Cluster", (cluster, report) => {
      // A serverless engine mode is always encrypted; a replica takes the encryption of its source.
      if (cluster.engineMode === "serverless" || cluster.replicationSourceIdentifier) return;
      if (cluster.storageEncrypted !== true) report("storageEncrypted is not true");
    }),
    onResource("aws:elasticache/replicationGroup:ReplicationGroup", (group, report) => {
      if (group.atRestEncryptionEnabled !== true) report("atRestEncryptionEnabled is not true");
    }),
    onResource("aws:efs/fileSystem:FileSystem", (files, report) => {
      if (files.encrypted !== true) report("encrypted is not true");
    }),
  ],
});
