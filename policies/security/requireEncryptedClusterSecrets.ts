import { onResource, rule } from "../rule.ts";

export const requireEncryptedClusterSecrets = rule({
  name: "security-require-encrypted-cluster-secrets",
  description: "EKS clusters must encrypt Kubernetes secrets with a key of the account.",
  reason:
    "Without a key of one's own, whoever reads a backup of the cluster's store needs nothing else to read its secrets.",
  level: "mandatory",
  severity: "medium",
  controls: { fsbp: ["EKS.3"] },
  remediation: ['Set encryptionConfig.provider.keyArn to a KMS key and encryptionConfig.resources to ["secrets"].'],
  check: onResource("aws:eks/cluster:Cluster", ({ encryptionConfig }, report) => {
    if (!encryptionConfig?.resources.includes("secrets")) report("encryptionConfig does not cover secrets");
  }),
});
