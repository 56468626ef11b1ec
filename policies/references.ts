import type { KnownResource } from "./judgedResource.ts";
import { ifKnown } from "./unknown.ts";

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** What others may call a resource by: its URN, which a preview knows, its id, name or ARN. */
export const namesOf = (resource: KnownResource): readonly string[] =>
  [
    resource.urn,
    resource.id,
    ifKnown(() => resource.inputs["name"]),
    ifKnown(() => resource.inputs["bucket"]),
    ifKnown(() => resource.outputs?.["arn"]),
  ].filter(isText);

/** What some properties of a resource call others by, as far as it is known: the URNs they were computed from, and their own text. */
export const mentionsOf = (from: KnownResource, properties: readonly string[]): readonly string[] =>
  properties.flatMap((property) => {
    const value = ifKnown(() => from.inputs[property]);
    return [...(from.propertyDependencies?.[property] ?? []), ...(isText(value) ? [value] : [])];
  });

/** Reads references that no dependency explains: throws `UnknownValue` for one that is not known yet, and may be to anything. */
export function readUnlinked(from: KnownResource, properties: readonly string[]): void {
  for (const property of properties)
    if ((from.propertyDependencies?.[property] ?? []).length === 0) void from.inputs[property];
}

/**
 * Tells of a resource which others refer to it by some of their properties. It looks at each of them once, however many it is
 * asked of.
 */
export function referrersAmong(
  by: readonly KnownResource[],
  properties: readonly string[],
): (to: KnownResource) => readonly KnownResource[] {
  const byName = new Map<string, KnownResource[]>();
  for (const from of by)
    for (const name of mentionsOf(from, properties)) {
      const before = byName.get(name);
      if (before === undefined) byName.set(name, [from]);
      else before.push(from);
    }
  return (to) => [...new Set(namesOf(to).flatMap((name) => byName.get(name) ?? []))];
}

/**
 * Tells of a resource whether any of the others refers to it. The answer throws `UnknownValue` where none does and a property of one
 * is not known yet, nor what it was computed from.
 */
export function referredBy(
  by: readonly KnownResource[],
  properties: readonly string[],
): (to: KnownResource) => boolean {
  const referrers = referrersAmong(by, properties);
  const isClear = (from: KnownResource): boolean | undefined =>
    ifKnown(() => {
      readUnlinked(from, properties);
      return true;
    });
  const unlinked = by.find((from) => isClear(from) === undefined);
  return (to) => {
    if (referrers(to).length > 0) return true;
    if (unlinked !== undefined) readUnlinked(unlinked, properties);
    return false;
  };
}

/**
 * The one among some resources that a property refers to; `undefined` where it is to something else. Throws `UnknownValue` where the
 * property is not known yet, nor what it was computed from: it may be to any of them.
 */
export function findReferred(
  from: KnownResource,
  property: string,
  among: readonly KnownResource[],
): KnownResource | undefined {
  const mentions = mentionsOf(from, [property]);
  const found = among.find((to) => namesOf(to).some((name) => mentions.includes(name)));
  if (found === undefined) readUnlinked(from, [property]);
  return found;
}

/** An order of resources that is the same at every door. */
const byUrn = (left: KnownResource, right: KnownResource): number => (left.urn < right.urn ? -1 : 1);

/**
 * Each resource behind those that its properties were computed from, and else by URN: an order that does not depend on the one given,
 * and that a program could have registered them in.
 */
export function dependenciesFirst<Resource extends KnownResource>(resources: readonly Resource[]): readonly Resource[] {
  const waiting = new Map(resources.toSorted(byUrn).map((resource) => [resource.urn, resource]));
  const placed: Resource[] = [];
  const place = (resource: Resource): void => {
    waiting.delete(resource.urn);
    for (const source of Object.values(resource.propertyDependencies ?? {})
      .flat()
      .toSorted()) {
      const before = waiting.get(source);
      if (before !== undefined) place(before);
    }
    placed.push(resource);
  };
  for (const resource of [...waiting.values()]) if (waiting.has(resource.urn)) place(resource);
  return placed;
}
