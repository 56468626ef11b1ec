import type { KnownResource } from "../judgedResource.ts";
import { ifKnown } from "../unknown.ts";
import { findReferred, referenceOf, sourcesOf, subnetType } from "./network.ts";

const natType = "aws:ec2/natGateway:NatGateway";
const tableType = "aws:ec2/routeTable:RouteTable";
const routeType = "aws:ec2/route:Route";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";

export const natRouteTypes = [natType, tableType, routeType, associationType, subnetType] as const;

interface NatRoute {
  readonly nat: string;
  readonly table: string;
  readonly from: KnownResource;
}

export interface NatUse {
  readonly subnets: readonly KnownResource[];
  readonly participants: readonly KnownResource[];
}

/** Gateways in the mode `regional` follow the workload over the zones by themselves. */
const isRegional = (nat: KnownResource | undefined): boolean => nat?.inputs["availabilityMode"] === "regional";

const routeTo = (route: KnownResource): readonly NatRoute[] => {
  const nat = referenceOf(route, "natGatewayId", natType);
  const table = referenceOf(route, "routeTableId", tableType);
  return nat === undefined || table === undefined ? [] : [{ nat, table, from: route }];
};

/** Routes written inside a table: the table itself is the reference, by URN, and by id where others only know that. */
const inlineRoutes = (table: KnownResource): readonly NatRoute[] => {
  const keys = [table.urn, table.id].filter((key) => key !== undefined);
  return inlineNats(table).flatMap((nat) => keys.map((key) => ({ nat, table: key, from: table })));
};

const inlineNats = (table: KnownResource): readonly string[] => {
  const sources = sourcesOf(table, "routes", natType);
  const routes = ifKnown(() => table.inputs["routes"]);
  if (sources.length > 0 || !Array.isArray(routes)) return sources;
  const ids = Array.from(routes.keys(), (index) => ifKnown((): unknown => routes[index]?.natGatewayId));
  return ids.filter((id) => typeof id === "string" && id !== "").map(String);
};

/** Which subnets each NAT gateway serves, by way of routes, route tables and their associations. */
export function natUses(resources: readonly KnownResource[]): readonly NatUse[] {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const [nats, subnets, associations] = [ofType(natType), ofType(subnetType), ofType(associationType)];
  const routes = [...ofType(routeType).flatMap(routeTo), ...ofType(tableType).flatMap(inlineRoutes)];
  return [...Map.groupBy(routes, ({ nat }) => nat)]
    .filter(([nat]) => !isRegional(findReferred(nats, nat)))
    .map(([, uses]) => {
      const tables = new Set(uses.map(({ table }) => table));
      const served = associations.flatMap((association) => {
        const table = referenceOf(association, "routeTableId", tableType);
        const subnet = findReferred(subnets, referenceOf(association, "subnetId", subnetType));
        return table !== undefined && tables.has(table) && subnet !== undefined ? [{ association, subnet }] : [];
      });
      return {
        subnets: served.map(({ subnet }) => subnet),
        participants: [...uses.map(({ from }) => from), ...served.map(({ association }) => association)],
      };
    });
}
