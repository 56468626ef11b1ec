import type { Resource, StoredDeployment } from "./deployment.ts";

/**
 * What two deployments share when they are the same state, for `isDeepStrictEqual`: without the time of writing and the
 * engine's own diagnosis, members in alphabetical order, resources and pending operations ordered by what they are, and
 * lists and maps of references that are empty left out (an engine reads them as it reads absent ones, and drops them
 * whenever it writes). Secrets compare as they are: two stores seal them differently, so open them first.
 */
export function canonicalForm({ version, features, deployment }: StoredDeployment): unknown {
  const { manifest, resources, pending_operations, metadata: _, ...rest } = deployment;
  const pending = (pending_operations ?? []).map(({ type, resource }) => ({
    type,
    resource: canonicalResource(resource),
  }));
  return inOrder({
    version,
    features: [...(features ?? [])].sort(),
    manifest: { magic: manifest.magic, version: manifest.version },
    resources: byContent((resources ?? []).map(canonicalResource)),
    pending_operations: byContent(pending),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value))),
  });
}

const referring = new Set(["dependencies", "propertyDependencies", "replaceWith", "aliases", "initErrors"]);

function canonicalResource(resource: Resource): unknown {
  const { propertyDependencies, ...rest } = resource;
  const dependencies = Object.entries(propertyDependencies ?? {}).filter(([, urns]) => !isEmpty(urns));
  const members = Object.entries({ ...rest, propertyDependencies: Object.fromEntries(dependencies) });
  return inOrder(Object.fromEntries(members.filter(([name, value]) => !(referring.has(name) && isEmpty(value)))));
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);

function byContent(values: readonly unknown[]): readonly unknown[] {
  return values
    .map((value) => [JSON.stringify(value), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, value]) => value);
}

/** The same value with the members of each object in alphabetical order, so that equal content is equal text. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, inOrder(item)]),
  );
}
