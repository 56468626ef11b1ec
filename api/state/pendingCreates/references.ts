import type { Resource } from "../deployments/deployment.ts";

/** Another resource that one refers to; a provider by its id as well. */
interface Reference {
  readonly urn: string;
  readonly id?: string;
}

/** All that must stand before a resource in a state (pkg/resource/deploy/snapshot.go, VerifyIntegrity). */
export function referencesOf(resource: Resource): readonly Reference[] {
  const { parent, deletedWith, dependencies, propertyDependencies, replaceWith } = resource;
  const urns = [
    ...(parent ? [parent] : []),
    ...(deletedWith ? [deletedWith] : []),
    ...(dependencies ?? []),
    ...Object.values(propertyDependencies ?? {}).flatMap((sources) => sources ?? []),
    ...(replaceWith ?? []),
  ];
  const provider = resource.provider ? [providerReference(resource.provider)] : [];
  return [...[...new Set(urns)].map((urn) => ({ urn })), ...provider];
}

/** A provider is referred to as `<urn>::<id>`; the name in the URN may hold `::` itself, the id does not. */
export function providerReference(reference: string): { readonly urn: string; readonly id: string } {
  const end = reference.lastIndexOf("::");
  return { urn: reference.slice(0, end), id: reference.slice(end + 2) };
}
