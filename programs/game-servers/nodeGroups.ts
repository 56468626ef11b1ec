import type { NodeGroupPlan } from "../components/nodePool.ts";
import type { ReadinessPlan } from "../components/nodeReadiness.ts";
import { type Capacity, nodesReadyFor, serviceSize, spotNodesAtMost, spread } from "./capacity.ts";
import { demandOf } from "./demand.ts";
import type { GameServersInputs } from "./inputs.ts";
import { type Architecture, architectures, type FamilyName, families } from "./instances.ts";
import { siteOf } from "./site.ts";

/** What the names of spot groups have and no other's: by it the autoscaler lets them grow first. */
export const spotMark = "sessions-spot";

const amiOf = (family: FamilyName): string => architectures[families[family].architecture];

/** The families by what their machines can run: a node group has one image for all of its machines. */
function byArchitecture({ instanceFamilies }: GameServersInputs): readonly (readonly [FamilyName, ...FamilyName[]])[] {
  const kinds = Map.groupBy(instanceFamilies, (family): Architecture => families[family].architecture);
  return [...kinds.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest] as const]));
}

/** Nodes of lobby, relay and the cluster itself; a group for each architecture, and each can carry them all. */
export function serviceGroups(inputs: GameServersInputs, { serviceNodes }: Capacity): readonly NodeGroupPlan[] {
  const { zones } = siteOf(inputs);
  return byArchitecture(inputs).map((kind) => ({
    key: `${serviceSize}-${kind.join("-")}-${zones}`,
    instanceTypes: kind.map((family) => `${family}.${serviceSize}`),
    amiType: amiOf(kind[0]),
    spot: false,
    least: zones,
    first: serviceNodes.min,
    max: serviceNodes.max,
  }));
}

/** On-demand nodes of sessions: a group for each family over all zones, so that what is sold out in one grows in another. */
export function sessionGroups(inputs: GameServersInputs, { sessionNodes }: Capacity): readonly NodeGroupPlan[] {
  return inputs.instanceFamilies.map((family) => ({
    key: `${family}-${keyTail(inputs)}`,
    instanceTypes: [`${family}.${inputs.instanceSize}`],
    amiType: amiOf(family),
    spot: false,
    least: 1,
    first: sessionNodes.min,
    max: sessionNodes.max,
  }));
}

/** Spot nodes of sessions: all families of an architecture in one group, out of which the cloud takes what is least likely to be taken back. */
export function spotGroups(inputs: GameServersInputs): readonly NodeGroupPlan[] {
  const kinds = byArchitecture(inputs);
  const shares = spread(spotNodesAtMost(demandOf(inputs)), kinds.length);
  return kinds.flatMap((kind, index) => {
    const max = shares[index] ?? 0;
    if (max === 0) return [];
    const instanceTypes = kind.map((family) => `${family}.${inputs.instanceSize}`);
    const key = `spot-${kind.join("-")}-${keyTail(inputs)}`;
    return [{ key, instanceTypes, amiType: amiOf(kind[0]), spot: true, least: 0, first: 0, max }];
  });
}

const keyTail = (inputs: GameServersInputs) => `${inputs.instanceSize}-${inputs.connection}-${siteOf(inputs).zones}`;

/** How many on-demand nodes of each family stand ready from each schedule's beginning to its end. */
export function readinessPlans(inputs: GameServersInputs): readonly ReadinessPlan[] {
  return inputs.schedules.map(({ name, from, until, players }) => ({
    name,
    from,
    until,
    nodes: nodesReadyFor(demandOf(inputs), players),
    otherwise: 1,
  }));
}

/** What is reserved in each zone: machines of the first family, which is the one that a reservation is looked for first. */
export function reservePlan(inputs: GameServersInputs, zones: readonly string[]) {
  const [family] = inputs.instanceFamilies;
  const counts = spread(inputs.reservedNodes, zones.length);
  return {
    instanceType: `${family}.${inputs.instanceSize}`,
    zones: zones.flatMap((zone, index) => {
      const count = counts[index] ?? 0;
      return count === 0 ? [] : [{ zone, count }];
    }),
  };
}
