import type { Draft } from "../model/model.ts";
import { object } from "../model/values.ts";

const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";

/** How many nodes the cluster of a draft has: what its node groups want. */
export function nodesOf({ cloud, place }: Draft): number {
  return cloud
    .all(NODE_GROUP)
    .filter(({ inputs }) => inputs["clusterName"] === place.cluster)
    .reduce((sum, { inputs }) => sum + Number(object(inputs, "scalingConfig")["desiredSize"] ?? 0), 0);
}
