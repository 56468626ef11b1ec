import type { PropertyPath } from "../propertyPath.ts";
import { onResource, type Report, type ResourceCheck, type Subject } from "../rule.ts";

type Visit = (type: string, path: PropertyPath, report: Report, subject: Subject) => void;

const named = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Where types of one property name their machine: `m7i.xlarge`, `db.r6g.large`, `cache.t4g.small`, `r6g.large.search`. */
const places: Readonly<Record<string, PropertyPath>> = {
  "aws:ec2/instance:Instance": ["instanceType"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["instanceType"],
  "aws:ec2/launchConfiguration:LaunchConfiguration": ["instanceType"],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ["instanceType"],
};

const storePlaces: Readonly<Record<string, PropertyPath>> = {
  "aws:rds/instance:Instance": ["instanceClass"],
  "aws:rds/clusterInstance:ClusterInstance": ["instanceClass"],
  "aws:docdb/clusterInstance:ClusterInstance": ["instanceClass"],
  "aws:neptune/clusterInstance:ClusterInstance": ["instanceClass"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["nodeType"],
  "aws:elasticache/cluster:Cluster": ["nodeType"],
  "aws:memorydb/cluster:Cluster": ["nodeType"],
  "aws:opensearch/domain:Domain": ["clusterConfig", "instanceType"],
};

const at = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

const onPlaces = (of: Readonly<Record<string, PropertyPath>>, visit: Visit): ResourceCheck =>
  onResource<string>(Object.keys(of), (inputs, report, subject) => {
    const path = of[subject.resource.type] ?? [];
    const type = path.reduce(at, inputs);
    if (named(type)) visit(type, path, report, subject);
  });

/** A check of each type of machine that is named for a database, a cache or a search domain. */
export const onStoreTypes = (visit: Visit): readonly ResourceCheck[] => [onPlaces(storePlaces, visit)];

/** A check of each type of machine that a resource names. */
export const onMachineTypes = (visit: Visit): readonly ResourceCheck[] => [
  onPlaces({ ...places, ...storePlaces }, visit),
  onResource("aws:eks/nodeGroup:NodeGroup", ({ instanceTypes }, report, subject) =>
    subject.each(instanceTypes, (type, index) => visit(type, ["instanceTypes", index], report, subject)),
  ),
  onResource("aws:autoscaling/group:Group", ({ mixedInstancesPolicy }, report, subject) =>
    subject.each(mixedInstancesPolicy?.launchTemplate.overrides, ({ instanceType }, index) => {
      const path = ["mixedInstancesPolicy", "launchTemplate", "overrides", index, "instanceType"];
      if (named(instanceType)) visit(instanceType, path, report, subject);
    }),
  ),
];

const services = ["db", "cache"];

/** The family of a machine's type: `m7i` of `m7i.xlarge`, `r6g` of `db.r6g.large`. */
export function familyOf(machineType: string): string {
  const [first = "", second = ""] = machineType.split(".");
  return services.includes(first) ? second : first;
}
