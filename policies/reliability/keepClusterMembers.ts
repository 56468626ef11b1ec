import type { KnownResource } from "../judgedResource.ts";
import { readUnlinked, referrersAmong } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";

/** The members of each type of cluster. */
const members: Readonly<Record<string, string>> = {
  "aws:rds/cluster:Cluster": "aws:rds/clusterInstance:ClusterInstance",
  "aws:docdb/cluster:Cluster": "aws:docdb/clusterInstance:ClusterInstance",
  "aws:neptune/cluster:Cluster": "aws:neptune/clusterInstance:ClusterInstance",
};

const memberTypes = new Set(Object.values(members));

/** Throws `UnknownValue` while nobody can know which cluster it is of. */
const hasCluster = (member: KnownResource): true => {
  readUnlinked(member, ["clusterIdentifier"]);
  return true;
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
    const all = resources.filter(({ type }) => memberTypes.has(type));
    const membersOf = referrersAmong(all, ["clusterIdentifier"]);
    const unlinked = all.filter((member) => ifKnown(() => hasCluster(member)) === undefined);
    each(resources, (cluster) => {
      const isOfType = ({ type }: KnownResource) => type === members[cluster.type];
      const own = membersOf(cluster).filter(isOfType).length;
      if (own > 1) return;
      const unclear = unlinked.find(isOfType);
      if (unclear !== undefined) hasCluster(unclear);
      // A cluster without instances here has them elsewhere, or none by its kind.
      if (own === 1) report([cluster], "it has a single member");
    });
  }),
});
