import { onResource, rule } from "../rule.ts";

export const requireEncryptedDatabases = rule({
  name: "security-require-encrypted-databases",
  description: "Databases, caches, search domains and file systems must be encrypted at rest.",
  reason:
    "These stores are written in clear unless told otherwise, and cannot be encrypted afterwards without being replaced.",
  level: "mandatory",
  severity: "high",
  controls: {
    fsbp: [
      "RDS.3",
      "RDS.27",
      "Athena.1",
      "DocumentDB.1",
      "DynamoDB.3",
      "EFS.1",
      "ElastiCache.4",
      "Neptune.1",
      "OpenSearch.1",
      "Redshift.10",
    ],
    cis: ["2.2.1", "2.3.1"],
  },
  remediation: [
    "Set storageEncrypted, atRestEncryptionEnabled, encryptAtRest or encrypted to true when the store is created.",
  ],
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
      // Valkey is encrypted where nothing is said; a secondary of a global group takes the encryption of its primary.
      if (group.globalReplicationGroupId) return;
      if (group.atRestEncryptionEnabled === undefined && group.engine === "valkey") return;
      if (group.atRestEncryptionEnabled !== true) report("atRestEncryptionEnabled is not true");
    }),
    onResource(["aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"], (cluster, report) => {
      if (cluster.storageEncrypted !== true) report("storageEncrypted is not true");
    }),
    onResource("aws:redshift/cluster:Cluster", ({ encrypted }, report) => {
      // Redshift encrypts new clusters by itself (Amazon Redshift management guide, "Database encryption").
      if (String(encrypted ?? true) === "false") report("encrypted is false");
    }),
    onResource("aws:opensearch/domain:Domain", ({ encryptAtRest }, report) => {
      if (encryptAtRest?.enabled !== true) report("encryptAtRest.enabled is not true");
    }),
    onResource("aws:dax/cluster:Cluster", ({ serverSideEncryption }, report) => {
      if (serverSideEncryption?.enabled !== true) report("serverSideEncryption.enabled is not true");
    }),
    onResource("aws:athena/workgroup:Workgroup", ({ configuration }, report) => {
      const results = configuration?.resultConfiguration;
      if (results?.outputLocation && results.encryptionConfiguration === undefined)
        report("configuration.resultConfiguration.encryptionConfiguration is not set");
    }),
    onResource("aws:efs/fileSystem:FileSystem", (files, report) => {
      if (files.encrypted !== true) report("encrypted is not true");
    }),
  ],
});
