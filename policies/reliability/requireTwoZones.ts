import type { KnownResource } from "../judgedResource.ts";
import { type PropertyPath, pathText, valueAt } from "../propertyPath.ts";
import { onStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";
import { referencesAmong, referencesTo, sourcesOf, subnetType, zonesOf } from "./network.ts";

/** Where each type names its subnets, or its zones. */
const placements: Readonly<Record<string, readonly PropertyPath[]>> = {
  "aws:eks/cluster:Cluster": [["vpcConfig", "subnetIds"]],
  "aws:eks/nodeGroup:NodeGroup": [["subnetIds"]],
  "aws:autoscaling/group:Group": [["vpcZoneIdentifiers"], ["availabilityZones"]],
  "aws:lb/loadBalancer:LoadBalancer": [["subnets"], ["subnetMappings"]],
  "aws:ecs/service:Service": [["networkConfiguration", "subnets"]],
  "aws:elasticache/subnetGroup:SubnetGroup": [["subnetIds"]],
  "aws:lambda/function:Function": [["vpcConfig", "subnetIds"]],
  "aws:msk/cluster:Cluster": [["brokerNodeGroupInfo", "clientSubnets"]],
  "aws:opensearch/domain:Domain": [["vpcOptions", "subnetIds"]],
  "aws:rds/subnetGroup:SubnetGroup": [["subnetIds"]],
};

const placedTypes = Object.keys(placements);

const referenceIn = (place: unknown): unknown =>
  typeof place === "object" && place !== null ? Reflect.get(place, "subnetId") : place;

/** By what a resource is linked to subnets: what it was computed from, and what it names. */
const keysOf = (resource: KnownResource): readonly string[] => {
  if (resource.type === subnetType) return referencesTo(resource);
  return (placements[resource.type] ?? []).flatMap((path) => {
    const places = ifKnown(() => valueAt(resource.inputs, path));
    const named = Array.isArray(places) ? [...places.keys()].map((at) => ifKnown(() => referenceIn(places[at]))) : [];
    return [
      ...sourcesOf(resource, String(path[0]), subnetType),
      ...named.filter((name) => typeof name === "string").map(String),
    ];
  });
};

const fault = (
  resource: KnownResource,
  path: PropertyPath,
  find: ReturnType<typeof referencesAmong>,
): string | undefined => {
  const places = valueAt(resource.inputs, path);
  if (!Array.isArray(places) || places.length === 0) return undefined;
  if (places.length < 2) return `${pathText(path)} names one place only`;
  const sources = sourcesOf(resource, String(path[0]), subnetType);
  const references = sources.length === places.length ? sources : places.map(referenceIn);
  if (new Set(references).size < 2) return `${pathText(path)} names one place only`;
  const known = references.map(find).filter((subnet) => subnet !== undefined);
  // A subnet from elsewhere, or of which nobody said the zone, may lie in a second one.
  if (known.length < references.length) return undefined;
  const { count, complete } = zonesOf(known);
  return complete && count < 2 ? `the subnets of ${pathText(path)} lie in one zone` : undefined;
};

export const requireTwoZones = rule({
  name: "reliability-require-two-zones",
  description:
    "In production clusters, services, groups of machines or subnets, and load balancers must span two availability zones.",
  reason:
    "A zone fails as a whole a few times a decade. A stack in one zone fails with it, and cannot be moved in a hurry.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["ELB.13", "AutoScaling.2", "Lambda.5"], nist: ["PR.IR-03"], wellArchitected: ["REL10-BP01"] },
  remediation: ["Name subnets in at least two availability zones."],
  check: onStack(
    [...placedTypes, subnetType],
    (resources, report, { context, each }) => {
      if (context.environment !== "production") return;
      const find = referencesAmong(resources.filter(({ type }) => type === subnetType));
      each(resources, (resource) => {
        for (const path of placements[resource.type] ?? []) {
          const message = fault(resource, path, find);
          if (message !== undefined) report([resource], message);
        }
      });
    },
    {
      keysOf,
      ways: {
        ...Object.fromEntries(placedTypes.map((type) => [type, [[subnetType]]])),
        [subnetType]: [placedTypes, [subnetType]],
      },
    },
  ),
});
