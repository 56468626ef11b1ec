import type { KnownResource } from "../judgedResource.ts";
import { readUnlinked } from "../references.ts";
import { ifKnown } from "../unknown.ts";
import { referenceOf, referencesAmong, referencesTo, sourcesOf, subnetType } from "./network.ts";

const natType = "aws:ec2/natGateway:NatGateway";
const tableType = "aws:ec2/routeTable:RouteTable";
const routeType = "aws:ec2/route:Route";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";

export const natRouteTypes = [natType, tableType, routeType, associationType, subnetType] as const;

export interface NatUse {
  /** Absent where it is from elsewhere. */
  readonly nat: KnownResource | undefined;
  readonly subnets: readonly KnownResource[];
  readonly participants: readonly KnownResource[];
}

/** What each type refers to, and by which property. */
const linksOf: Readonly<Record<string, readonly (readonly [property: string, type: string])[]>> = {
  [routeType]: [
    ["natGatewayId", natType],
    ["routeTableId", tableType],
  ],
  [associationType]: [
    ["routeTableId", tableType],
    ["subnetId", subnetType],
  ],
};

/** Gateways in the mode `regional` follow the workload over the zones by themselves. */
export const isRegional = (nat: KnownResource | undefined): boolean => nat?.inputs["availabilityMode"] === "regional";

/** A route is met again with each association of its gateway. */
const referencesBefore = new WeakMap<KnownResource, readonly (string | undefined)[]>();

/** What a resource refers to, one for each of its `linksOf`, as far as it is known. */
function referencesIn(resource: KnownResource): readonly (string | undefined)[] {
  const before = referencesBefore.get(resource);
  if (before !== undefined) return before;
  const links = linksOf[resource.type] ?? [];
  const made = links.map(([property, type]) => ifKnown(() => referenceOf(resource, property, type)));
  referencesBefore.set(resource, made);
  return made;
}

/** Gateways of the routes that are written inside a table, as far as they are known. */
const inlineNats = (table: KnownResource): readonly string[] => {
  const sources = sourcesOf(table, "routes", natType);
  const routes = ifKnown(() => table.inputs["routes"]);
  if (sources.length > 0 || !Array.isArray(routes)) return sources;
  const ids = Array.from(routes.keys(), (index) => ifKnown((): unknown => routes[index]?.natGatewayId));
  return ids.filter((id) => typeof id === "string" && id !== "").map(String);
};

/** By what the resources are linked to each other, as far as it is known. */
export const natKeysOf = (resource: KnownResource): readonly string[] => {
  if (linksOf[resource.type] !== undefined) return referencesIn(resource).filter((key) => key !== undefined);
  return [...referencesTo(resource), ...(resource.type === tableType ? inlineNats(resource) : [])];
};

/** Reads what a resource refers to: throws `UnknownValue` where that is not known yet, and may be anything. */
export function readNatReferences(resource: KnownResource): void {
  for (const [property, type] of linksOf[resource.type] ?? []) referenceOf(resource, property, type);
  if (resource.type !== tableType || (resource.propertyDependencies?.["routes"] ?? []).length > 0) return;
  readUnlinked(resource, ["routes"]);
  const { routes } = resource.inputs;
  if (Array.isArray(routes)) for (const index of routes.keys()) void routes[index]?.natGatewayId;
}

/** Which subnets each NAT gateway serves, by way of routes, route tables and their associations. */
export function natUses(resources: readonly KnownResource[]): readonly NatUse[] {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const [tables, associations] = [ofType(tableType), ofType(associationType)];
  const findNat = referencesAmong(ofType(natType));
  const findTable = referencesAmong(tables);
  const findSubnet = referencesAmong(ofType(subnetType));
  // One and the same thing, whether it is referred to by URN or by id.
  const sameTable = (reference: string) => findTable(reference)?.urn ?? reference;
  const sameNat = (reference: string) => findNat(reference)?.urn ?? reference;

  const served = new Map<string, { readonly association: KnownResource; readonly subnet: KnownResource }[]>();
  for (const association of associations) {
    const [table, subnetId] = referencesIn(association);
    const subnet = findSubnet(subnetId);
    if (table !== undefined && subnet !== undefined) listIn(served, sameTable(table)).push({ association, subnet });
  }
  const routes = new Map<string, { readonly table: string; readonly from: KnownResource }[]>();
  for (const from of ofType(routeType)) {
    const [nat, table] = referencesIn(from);
    if (nat !== undefined && table !== undefined) listIn(routes, sameNat(nat)).push({ table: sameTable(table), from });
  }
  for (const from of tables)
    for (const nat of inlineNats(from)) listIn(routes, sameNat(nat)).push({ table: from.urn, from });

  return [...routes].map(([nat, uses]) => {
    const byAll = [...new Set(uses.map(({ table }) => table))].flatMap((table) => served.get(table) ?? []);
    return {
      nat: findNat(nat),
      subnets: byAll.map(({ subnet }) => subnet),
      participants: [...uses.map(({ from }) => from), ...byAll.map(({ association }) => association)],
    };
  });
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const before = lists.get(key);
  if (before !== undefined) return before;
  const made: T[] = [];
  lists.set(key, made);
  return made;
}
