import type { PropertyPath } from "../propertyPath.ts";
import { onResource, type Report, type ResourceCheck, type Subject } from "../rule.ts";
import type { PodSpec } from "./restrictedProfile.ts";

/** A pod inside the object that makes it. */
export interface Pod {
  readonly spec: PodSpec;
  /** Where it stands in the object. */
  readonly path: PropertyPath;
  /** As in `Deployment`. */
  readonly kind: string;
}

/** Where each kind holds its pod. */
const podPaths = {
  "kubernetes:core/v1:Pod": ["spec"],
  "kubernetes:apps/v1:Deployment": ["spec", "template", "spec"],
  "kubernetes:apps/v1:StatefulSet": ["spec", "template", "spec"],
  "kubernetes:apps/v1:DaemonSet": ["spec", "template", "spec"],
  "kubernetes:apps/v1:ReplicaSet": ["spec", "template", "spec"],
  "kubernetes:batch/v1:Job": ["spec", "template", "spec"],
  "kubernetes:core/v1:ReplicationController": ["spec", "template", "spec"],
  "kubernetes:batch/v1:CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
  "kubernetes:agones.dev/v1:GameServer": ["spec", "template", "spec"],
  "kubernetes:agones.dev/v1:GameServerSet": ["spec", "template", "spec", "template", "spec"],
  "kubernetes:agones.dev/v1:Fleet": ["spec", "template", "spec", "template", "spec"],
} as const satisfies Readonly<Record<string, PropertyPath>>;

type PodType = keyof typeof podPaths;

/** Every type that makes pods. */
export const podTypes = Object.keys(podPaths) as readonly PodType[]; // its keys are these

/** The types whose pods are there to stay, and to be several. */
export const servingTypes = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
] as const satisfies readonly PodType[];

const at = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

/** The pod of an object of one of these types; `undefined` where it has none. */
function podOf(type: string, inputs: unknown): Pod | undefined {
  const path: PropertyPath | undefined = Object.hasOwn(podPaths, type) ? podPaths[type as PodType] : undefined; // just looked up
  if (path === undefined) return undefined;
  const spec = path.reduce(at, inputs);
  if (typeof spec !== "object" || spec === null) return undefined;
  return { spec: spec as PodSpec, path, kind: type.slice(type.lastIndexOf(":") + 1) }; // what the cluster's schema says
}

/** A check of the pod of each object of these types. */
export const onPods = (
  run: (pod: Pod, report: Report, subject: Subject) => void,
  types: readonly PodType[] = podTypes,
): readonly ResourceCheck[] => [
  onResource<string>(types, (inputs, report, subject) => {
    const pod = podOf(subject.resource.type, inputs);
    if (pod !== undefined) run(pod, report, subject);
  }),
];

type Container = PodSpec["containers"][number];

/** A check of each container of the pod of each object of these types, those that start first included. */
export const onContainers = (
  run: (container: Container, path: PropertyPath, pod: Pod, report: Report, subject: Subject) => void,
  types: readonly PodType[] = podTypes,
): readonly ResourceCheck[] =>
  onPods((pod, report, subject) => {
    for (const list of ["initContainers", "containers"] as const)
      subject.each(pod.spec[list], (container, index) =>
        run(container, [...pod.path, list, index], pod, report, subject),
      );
  }, types);
