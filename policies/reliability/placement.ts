import type { KnownResource } from "../judgedResource.ts";
import { type PropertyPath, valueAt } from "../propertyPath.ts";
import { type referencesAmong, sourcesOf, subnetType, zonesOf } from "./network.ts";

/** The subnet of a place that is an object, as a load balancer's mapping; else the place itself. */
export const referenceIn = (place: unknown): unknown =>
  typeof place === "object" && place !== null ? Reflect.get(place, "subnetId") : place;

/**
 * What a resource names its places by: subnets, or zones. `undefined` where it names none. Throws `UnknownValue` where they are not
 * known yet, nor what they were computed from.
 */
export function placesOf(resource: KnownResource, path: PropertyPath): readonly unknown[] | undefined {
  const places = valueAt(resource.inputs, path);
  if (!Array.isArray(places) || places.length === 0) return undefined;
  const sources = sourcesOf(resource, String(path[0]), subnetType);
  return sources.length === places.length ? sources : places.map(referenceIn);
}

/** Why places are surely in one zone; `undefined` where they are not, or may not be. */
export function oneZoneFault(
  places: readonly unknown[],
  find: ReturnType<typeof referencesAmong>,
): "names one place only" | "names places of one zone only" | undefined {
  const distinct = [...new Set(places)];
  if (distinct.length < 2) return "names one place only";
  const known = distinct.map(find).filter((subnet) => subnet !== undefined);
  // A subnet from elsewhere, or of which nobody said the zone, may lie in a second one.
  if (known.length < distinct.length) return undefined;
  const { count, complete } = zonesOf(known);
  return complete && count < 2 ? "names places of one zone only" : undefined;
}
