import type { KnownResource } from "../judgedResource.ts";
import { type PropertyPath, pathText, valueAt } from "../propertyPath.ts";
import { onStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";
import { referencesAmong, referencesTo, sourcesOf, subnetType } from "./network.ts";
import { oneZoneFault, placesOf, referenceIn } from "./placement.ts";

/** Where each type names its subnets, or its zones. */
const placements: Readonly<Record<string, readonly PropertyPath[]>> = {
  "aws:eks/cluster:Cluster": [["vpcConfig", "subnetIds"]],
  "aws:lb/loadBalancer:LoadBalancer": [["subnets"], ["subnetMappings"]],
  "aws:ecs/service:Service": [["networkConfiguration", "subnets"]],
  "aws:elasticache/subnetGroup:SubnetGroup": [["subnetIds"]],
  "aws:lambda/function:Function": [["vpcConfig", "subnetIds"]],
  "aws:msk/cluster:Cluster": [["brokerNodeGroupInfo", "clientSubnets"]],
  "aws:opensearch/domain:Domain": [["vpcOptions", "subnetIds"]],
  "aws:rds/subnetGroup:SubnetGroup": [["subnetIds"]],
};

const placedTypes = Object.keys(placements);

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

export const requireTwoZones = rule({
  name: "reliability-require-two-zones",
  description:
    "In production clusters, services, groups of subnets, and load balancers must span two availability zones.",
  reason:
    "A zone fails as a whole a few times a decade. A stack in one zone fails with it, and cannot be moved in a hurry.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["ELB.13", "Lambda.5"], nist: ["PR.IR-03"], wellArchitected: ["REL10-BP01"] },
  remediation: ["Name subnets in at least two availability zones."],
  check: onStack(
    [...placedTypes, subnetType],
    (resources, report, { context, each }) => {
      if (context.environment !== "production") return;
      const find = referencesAmong(resources.filter(({ type }) => type === subnetType));
      each(resources, (resource) => {
        for (const path of placements[resource.type] ?? []) {
          const places = placesOf(resource, path);
          const fault = places && oneZoneFault(places, find);
          if (fault !== undefined) report([resource], `${pathText(path)} ${fault}`);
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
