import type { Resource } from "../deployments/deployment.ts";

/**
 * Drops references to resources that are gone, as the engine does after a refresh, which may find a resource deleted on
 * which others depend (pkg/backend/journal.go, rebuildDependencies). A child whose parent is gone loses its parent. The
 * list is in order of dependency, so a reference forward counts as dangling too.
 */
export function rebuildDependencies(resources: readonly Resource[]): readonly Resource[] {
  const seen = new Set<string>();
  const all = new Set(resources.map(({ urn }) => urn));
  return resources.map((resource) => {
    const pruned = prune(resource, seen, all);
    seen.add(resource.urn);
    return pruned;
  });
}

function prune(resource: Resource, seen: ReadonlySet<string>, all: ReadonlySet<string>): Resource {
  const kept = (urns: readonly string[] | null | undefined) => urns?.filter((urn) => seen.has(urn)) ?? [];
  const { deletedWith, parent, replaceWith, dependencies, propertyDependencies, ...rest } = resource;
  const keptOf = { replaceWith: kept(replaceWith), dependencies: kept(dependencies) };
  return {
    ...rest,
    urn: resource.urn,
    type: resource.type,
    ...(parent && all.has(parent) && { parent }),
    ...(deletedWith && seen.has(deletedWith) && { deletedWith }),
    ...(keptOf.replaceWith.length > 0 && { replaceWith: keptOf.replaceWith }),
    ...(keptOf.dependencies.length > 0 && { dependencies: keptOf.dependencies }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies)
          .map(([key, urns]) => [key, kept(urns)] as const)
          .filter(([, urns]) => urns.length > 0), // the engine keeps no key without a dependency
      ),
    }),
  };
}
