import type { KnownResource, Properties } from "../judgedResource.ts";
import { readUnlinked } from "../references.ts";
import { ifKnown } from "../unknown.ts";

export const subnetType = "aws:ec2/subnet:Subnet";

const typeInUrn = (urn: string): string | undefined => urn.split("::")[2]?.split("$").at(-1);

/**
 * URNs of resources of one type that a property was computed from. A preview knows them where ids are not known.
 * A component's output may carry more of them than the property uses.
 */
export const sourcesOf = (resource: KnownResource, property: string, type: string): readonly string[] =>
  resource.propertyDependencies?.[property]?.filter((urn) => typeInUrn(urn) === type) ?? [];

/**
 * What tells apart the resources that a property may refer to: a URN where there is exactly one, else the id; `undefined` where it
 * refers to none, or to one from elsewhere. Throws `UnknownValue` while nobody can know which of them it is.
 */
export function referenceOf(resource: KnownResource, property: string, type: string): string | undefined {
  const [source, ...others] = sourcesOf(resource, property, type);
  if (source !== undefined && others.length === 0) return source;
  const id = ifKnown(() => resource.inputs[property]);
  if (others.length > 0) void resource.inputs[property];
  else readUnlinked(resource, [property]);
  return typeof id === "string" && id !== "" ? id : undefined;
}

/** What `referenceOf` gives for a resource. */
export const referencesTo = ({ urn, id }: KnownResource): readonly string[] => (id === undefined ? [urn] : [urn, id]);

/** Finds the one among some resources that a reference is to, however many it is asked for. */
export function referencesAmong(
  resources: readonly KnownResource[],
): (reference: unknown) => KnownResource | undefined {
  const byReference = new Map<unknown, KnownResource>();
  for (const resource of resources)
    for (const reference of referencesTo(resource))
      if (!byReference.has(reference)) byReference.set(reference, resource);
  return (reference) => byReference.get(reference);
}

const zoneIn = (properties: Properties | undefined): unknown =>
  properties?.["availabilityZone"] ?? properties?.["availabilityZoneId"];

/** The zone of a subnet: `undefined` when nobody said it. Throws `UnknownValue` while the cloud has not chosen it. */
function zoneOf(subnet: KnownResource): string | undefined {
  const zone = ifKnown(() => zoneIn(subnet.inputs)) ?? zoneIn(subnet.outputs) ?? zoneIn(subnet.inputs);
  return typeof zone === "string" && zone !== "" ? zone : undefined;
}

/**
 * The distinct zones of subnets, and whether each said its zone. While fewer than two are known and others will be, throws
 * `UnknownValue`.
 */
export function zonesOf(subnets: readonly KnownResource[]): { readonly count: number; readonly complete: boolean } {
  const found = subnets.map((subnet) => ifKnown(() => zoneOf(subnet)));
  const count = new Set(found.filter((zone) => zone !== undefined)).size;
  const complete = !found.includes(undefined);
  if (count < 2 && !complete) for (const subnet of subnets) zoneOf(subnet);
  return { count, complete };
}
