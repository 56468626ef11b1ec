import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { ifKnown, someKnown } from "../unknown.ts";
import { nameOf, namespaceOf } from "./objects.ts";
import { servingTypes } from "./pods.ts";

const autoscalerType = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

/** The types by which the count of a workload is known. */
export const replicaTypes: readonly string[] = [...servingTypes, autoscalerType];

const isScaledBy =
  (workload: KnownResource) =>
  (autoscaler: KnownResource): boolean =>
    autoscaler.type === autoscalerType &&
    valueAt(autoscaler.inputs, ["spec", "scaleTargetRef", "kind"]) === workload.type.split(":").at(-1) &&
    namespaceOf(autoscaler) === namespaceOf(workload) &&
    valueAt(autoscaler.inputs, ["spec", "scaleTargetRef", "name"]) === nameOf(workload);

/** Tells of a workload whether it `isReplicated`; it looks at each autoscaler once, however many workloads it is asked of. */
export function replicatedAmong(resources: readonly KnownResource[]): (workload: KnownResource) => boolean {
  const byTarget = new Map<unknown, KnownResource[]>();
  for (const autoscaler of resources) {
    if (autoscaler.type !== autoscalerType) continue;
    // By the name of what it scales; a name that is not known yet may be anyone's.
    const name = ifKnown(() => valueAt(autoscaler.inputs, ["spec", "scaleTargetRef", "name"]));
    const list = byTarget.get(name);
    if (list === undefined) byTarget.set(name, [autoscaler]);
    else list.push(autoscaler);
  }
  return (workload) => {
    const name = ifKnown(() => nameOf(workload));
    const unclear = byTarget.get(undefined) ?? [];
    const candidates = name === undefined ? [...byTarget.values()].flat() : [...(byTarget.get(name) ?? []), ...unclear];
    return isReplicated(workload, candidates);
  };
}

/**
 * Whether a workload is, or may become, more than one pod. Without a count and an autoscaler the cluster makes one; and where an engine
 * shows what stands, the cluster has filled that one in.
 */
function isReplicated(workload: KnownResource, resources: readonly KnownResource[]): boolean {
  const replicas = valueAt(workload.inputs, ["spec", "replicas"]);
  return (typeof replicas === "number" && replicas > 1) || someKnown(resources, isScaledBy(workload));
}

export const isServing = ({ type }: KnownResource): boolean => (servingTypes as readonly string[]).includes(type);
