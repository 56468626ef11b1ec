import { formatCidr, parseCidr } from "../cidr.ts";
import type { Contradiction } from "../contradiction.ts";
import { blockOf, mostRegions, overlapping } from "./addressPlan.ts";
import type { NetworkInputs } from "./inputs.ts";

type Check = (inputs: NetworkInputs) => readonly Contradiction[];

/** The entries of a list that stand in it before, each with its place. */
function repeated<T>(items: readonly T[], same: (one: T, other: T) => boolean): readonly (readonly [number, T])[] {
  return [...items.entries()].filter(([place, item]) => items.slice(0, place).some((other) => same(item, other)));
}

const equal = (one: string, other: string): boolean => one === other;

const regionsOnce: Check = ({ addresses }) =>
  repeated(addresses.regions, equal).map(([place, region]) => ({
    path: ["addresses", "regions", place],
    message: `name ${region} once: its place in the list is its number`,
  }));

const regionsFit: Check = ({ addresses }) => {
  const supernet = parseCidr(addresses.supernet);
  if (supernet === undefined) return [];
  const most = mostRegions(supernet, addresses.prefix);
  const excess = addresses.regions.findIndex(
    (region, place) => place >= most && !Object.hasOwn(addresses.blocks, region),
  );
  if (excess < 0) return [];
  const message = `${addresses.supernet} has room for ${most} regions of /${addresses.prefix}, ${addresses.regions[excess]} is number ${excess + 1}: give it a block in addresses.blocks, or, before anything stands, a larger supernet or a longer prefix`;
  return [{ path: ["addresses", "regions", excess], message }];
};

const blocksOfRegions: Check = ({ addresses }) =>
  Object.keys(addresses.blocks)
    .filter((region) => !addresses.regions.includes(region))
    .map((region) => ({
      path: ["addresses", "blocks", region],
      message: `append ${region} to addresses.regions, or take its block out: there is no such region in the plan`,
    }));

const blocksApart: Check = ({ addresses }) =>
  Object.keys(addresses.blocks).flatMap((region) => {
    const other = overlapping(addresses, region);
    const its = other === undefined ? undefined : blockOf(addresses, other);
    if (its === undefined) return [];
    const message = `choose another block: ${addresses.blocks[region]} overlaps with that of ${other}, ${formatCidr(its)}`;
    return [{ path: ["addresses", "blocks", region], message }];
  });

const endpointsOnce: Check = (inputs) =>
  (["gatewayEndpoints", "interfaceEndpoints"] as const).flatMap((list) =>
    repeated<string>(inputs[list], equal).map(([place, service]) => ({
      path: [list, place],
      message: `name ${service} once: a network has one endpoint of a service`,
    })),
  );

const gatewaysOfRegions: Check = ({ addresses, transit }) =>
  Object.keys(transit?.gateways ?? {})
    .filter((region) => !addresses.regions.includes(region))
    .map((region) => ({
      path: ["transit", "gateways", region],
      message: `append ${region} to addresses.regions, or take it out: traffic is sent to a region by its block in the plan`,
    }));

const peeringsOfRegions: Check = ({ addresses, transit }) =>
  (transit?.peerings ?? []).flatMap((peering, place) =>
    (["from", "to"] as const)
      .filter((side) => !addresses.regions.includes(peering[side]))
      .map((side) => ({
        path: ["transit", "peerings", place, side],
        message: `append ${peering[side]} to addresses.regions: traffic is sent to a region by its block in the plan`,
      })),
  );

const peeringsBetweenTwo: Check = ({ transit }) =>
  (transit?.peerings ?? []).flatMap((peering, place) =>
    peering.from === peering.to
      ? [
          {
            path: ["transit", "peerings", place, "to"],
            message: "name another region: a region does not peer with itself",
          },
        ]
      : [],
  );

const peeringsOnce: Check = ({ transit }) =>
  repeated(
    transit?.peerings ?? [],
    (one, other) =>
      (one.from === other.from && one.to === other.to) || (one.from === other.to && one.to === other.from),
  ).map(([place, { from, to }]) => ({
    path: ["transit", "peerings", place],
    message: `take it out: ${from} and ${to} are peered already, and one peering carries both directions`,
  }));

const attachmentsOnce: Check = ({ transit }) =>
  repeated(
    transit?.peerings ?? [],
    (one, other) => one.attachmentId !== undefined && one.attachmentId === other.attachmentId,
  ).map(([place, { attachmentId }]) => ({
    path: ["transit", "peerings", place, "attachmentId"],
    message: `give the attachment of this pair: ${attachmentId} belongs to another one of the list`,
  }));

const askedAreKnown: Check = ({ transit }) =>
  (transit?.peerings ?? []).flatMap(({ to }, place) =>
    transit !== undefined && Object.hasOwn(transit.gateways, to)
      ? []
      : [
          {
            path: ["transit", "peerings", place, "to"],
            message: `give the transit gateway of ${to} in transit.gateways: it is asked by its id, which is that region's output transitGatewayId after its first update`,
          },
        ],
  );

const checks: readonly Check[] = [
  regionsOnce,
  regionsFit,
  blocksOfRegions,
  blocksApart,
  endpointsOnce,
  gatewaysOfRegions,
  peeringsOfRegions,
  peeringsBetweenTwo,
  peeringsOnce,
  attachmentsOnce,
  askedAreKnown,
];

/** What inputs, each valid alone, say against one another. */
export function contradictions(inputs: NetworkInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
