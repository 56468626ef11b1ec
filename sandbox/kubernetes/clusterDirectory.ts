import type { ResourceStore } from "../cloud/resourceStore.ts";
import type { ClusterDirectory } from "../model/package.ts";

const CLUSTER = "aws:eks/cluster:Cluster";

/** Finds EKS clusters by endpoint over all accounts and regions; remembers where, since every call of a provider asks. */
export function clusterDirectory(store: ResourceStore): ClusterDirectory {
  const uids = new Map<string, string>();
  return {
    byEndpoint: (endpoint) => {
      const known = store.get(uids.get(endpoint) ?? "");
      if (known?.outputs["endpoint"] === endpoint) return known;
      const found = store.list({ type: CLUSTER }).find(({ outputs }) => outputs["endpoint"] === endpoint);
      if (found === undefined) uids.delete(endpoint);
      else uids.set(endpoint, found.uid);
      return found;
    },
  };
}
