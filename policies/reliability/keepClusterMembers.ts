import { isReferredTo, refersTo } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";

/** The members of each type of cluster. */
const members: Readonly<Record<string, string>> = {
  "aws:rds/cluster:Cluster": "aws:rds/clusterInstance:ClusterInstance",
  "aws:docdb/cluster:Cluster": "aws:docdb/clusterInstance:ClusterInstance",
  "aws:neptune/cluster:Cluster": "aws:neptune/clusterInstance:ClusterInstance",
};

export const keepClusterMembers = rule({
  name: "reliability-keep-cluster-members",
  description: "In production a cluster of databases must have two members at least.",
  reason:
    "The storage of such a cluster spans the zones, its only instance does not: when that fails, the data is safe and nobody can reach it until another one is made.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["RDS.15"], nist: ["PR.IR-03"], wellArchitected: ["REL10-BP01"] },
  remediation: ["Make a second ClusterInstance, in another zone."],
  check: onWholeStack([...Object.keys(members), ...Object.values(members)], (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    each(resources, (cluster) => {
      const instances = resources.filter(({ type }) => type === members[cluster.type]);
      const own = instances.filter((instance) => refersTo(instance, "clusterIdentifier", cluster));
      if (own.length > 1) return;
      const others = instances.filter((instance) => !own.includes(instance));
      const isAlone = !isReferredTo(cluster, others, ["clusterIdentifier"]);
      // A cluster without instances here has them elsewhere, or none by its kind.
      if (isAlone && own.length === 1) report([cluster], "it has a single member");
    });
  }),
});
