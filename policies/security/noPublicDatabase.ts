import { onResource, rule } from "../rule.ts";

/** Types that stand in the open by a switch of this name. */
const switched = [
  "aws:dms/replicationInstance:ReplicationInstance",
  "aws:mq/broker:Broker",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:rds/instance:Instance",
  "aws:redshift/cluster:Cluster",
  "aws:redshiftserverless/workgroup:Workgroup",
] as const;

export const noPublicDatabase = rule({
  name: "security-no-public-database",
  description: "Databases, brokers and search domains must not be reached from the internet.",
  reason:
    "A database with a public address is tried with every password there is from its first minute on, and each hole in it is one to the world.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["RDS.2", "Redshift.1", "DMS.1", "OpenSearch.2"], cis: ["2.2.3"], nist: ["PR.IR-01"] },
  remediation: [
    "Set publiclyAccessible to false and put it into private subnets.",
    "Let persons in by a tunnel of Session Manager or a VPN.",
  ],
  check: [
    onResource(switched as readonly string[], ({ publiclyAccessible }, report) => {
      if (publiclyAccessible === true) report("publiclyAccessible is true");
    }),
    onResource("aws:msk/cluster:Cluster", ({ brokerNodeGroupInfo }, report) => {
      const type = brokerNodeGroupInfo.connectivityInfo?.publicAccess?.type;
      if (type !== undefined && type !== "DISABLED")
        report("brokerNodeGroupInfo.connectivityInfo.publicAccess lets the internet in");
    }),
    onResource("aws:opensearch/domain:Domain", ({ vpcOptions }, report) => {
      if ((vpcOptions?.subnetIds ?? []).length === 0)
        report("vpcOptions names no subnets: the domain stands on the internet");
    }),
  ],
});
