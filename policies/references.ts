import type { KnownResource } from "./judgedResource.ts";
import { ifKnown } from "./unknown.ts";

/** Whether a property of one resource was computed from another: by URN, which a preview knows, or by its id, name or ARN. */
export function refersTo(from: KnownResource, property: string, to: KnownResource): boolean {
  if (from.propertyDependencies?.[property]?.includes(to.urn)) return true;
  const value = ifKnown(() => from.inputs[property]);
  if (typeof value !== "string" || value === "") return false;
  return [
    to.id,
    ifKnown(() => to.inputs["name"]),
    ifKnown(() => to.inputs["bucket"]),
    ifKnown(() => to.outputs?.["arn"]),
  ].includes(value);
}

/**
 * Whether any of the resources refers to that one. Throws `UnknownValue` where none does and a property of one is not known yet, nor
 * what it was computed from.
 */
export function isReferredTo(to: KnownResource, by: readonly KnownResource[], properties: readonly string[]): boolean {
  if (by.some((from) => properties.some((property) => refersTo(from, property, to)))) return true;
  for (const from of by)
    for (const property of properties)
      if ((from.propertyDependencies?.[property] ?? []).length === 0) void from.inputs[property];
  return false;
}

/** An order of resources that is the same at every door. */
export const byUrn = (left: KnownResource, right: KnownResource): number => (left.urn < right.urn ? -1 : 1);

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
