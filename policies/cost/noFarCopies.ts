import { onResource, rule } from "../rule.ts";

export const noFarCopies = rule({
  name: "cost-no-far-copies",
  description: "In development data must not be copied to other regions.",
  reason: "A copy in a second region is paid for twice over: by the gigabyte on its way, and by what it is kept in.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST08-BP02"] },
  remediation: ["Replicate in staging and production only, where a region may have to be left."],
  check: [
    onResource("aws:dynamodb/table:Table", ({ replicas }, report, { context }) => {
      if (context.environment === "development" && (replicas ?? []).length > 0) report("replicas names other regions");
    }),
    onResource<string>(
      [
        "aws:dynamodb/tableReplica:TableReplica",
        "aws:dynamodb/globalTable:GlobalTable",
        "aws:rds/globalCluster:GlobalCluster",
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        "aws:ecr/replicationConfiguration:ReplicationConfiguration",
      ],
      (_, report, { context }) => {
        if (context.environment === "development") report("it copies data to another place");
      },
    ),
  ],
});
