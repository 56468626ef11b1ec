import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { someKnown } from "../unknown.ts";
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

/**
 * Whether a workload is, or may become, more than one pod. Without a count and an autoscaler the cluster makes one; and where an engine
 * shows what stands, the cluster has filled that one in.
 */
export function isReplicated(workload: KnownResource, resources: readonly KnownResource[]): boolean {
  const replicas = valueAt(workload.inputs, ["spec", "replicas"]);
  return (typeof replicas === "number" && replicas > 1) || someKnown(resources, isScaledBy(workload));
}

export const isServing = ({ type }: KnownResource): boolean => (servingTypes as readonly string[]).includes(type);
