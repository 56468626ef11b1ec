import { onResource, rule } from "../rule.ts";

export const requireEncryptedTraffic = rule({
  name: "security-require-encrypted-traffic",
  description: "Caches, brokers and search domains must encrypt what goes to them and between their nodes.",
  reason:
    "A cache holds the sessions that let players in. In clear they can be read by whatever stands in the same network, and it cannot be switched on without a break later.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["ElastiCache.5", "DynamoDB.7", "MSK.1", "OpenSearch.3"], nist: ["PR.DS-02"] },
  remediation: ["Switch encryption in transit on when the cache, the broker or the domain is made."],
  check: [
    onResource("aws:elasticache/replicationGroup:ReplicationGroup", (group, report) => {
      // A secondary of a global group takes it from the primary.
      if (group.globalReplicationGroupId) return;
      if (group.transitEncryptionEnabled !== true) report("transitEncryptionEnabled is not true");
      else if (group.transitEncryptionMode === "preferred")
        report("transitEncryptionMode lets clients in that do not encrypt");
    }),
    onResource("aws:memorydb/cluster:Cluster", ({ tlsEnabled }, report) => {
      if (tlsEnabled === false) report("tlsEnabled is false");
    }),
    onResource("aws:dax/cluster:Cluster", ({ clusterEndpointEncryptionType }, report) => {
      if (clusterEndpointEncryptionType !== "TLS") report("clusterEndpointEncryptionType is not set to encrypt");
    }),
    onResource("aws:msk/cluster:Cluster", ({ encryptionInfo }, report) => {
      const { clientBroker, inCluster } = encryptionInfo?.encryptionInTransit ?? {};
      if (clientBroker !== undefined && clientBroker !== "TLS")
        report("encryptionInfo.encryptionInTransit.clientBroker lets clients in that do not encrypt");
      if (inCluster === false) report("encryptionInfo.encryptionInTransit.inCluster is false");
    }),
    onResource("aws:opensearch/domain:Domain", ({ nodeToNodeEncryption, domainEndpointOptions }, report, { each }) => {
      each(["nodeToNodeEncryption", "domainEndpointOptions"] as const, (property) => {
        if (property === "nodeToNodeEncryption") {
          if (nodeToNodeEncryption?.enabled !== true) report("nodeToNodeEncryption.enabled is not true");
        } else if (domainEndpointOptions?.enforceHttps !== true)
          report("domainEndpointOptions.enforceHttps is not true");
      });
    }),
  ],
});
