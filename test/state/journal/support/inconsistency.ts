import type { Deployment, Resource } from "../../../../api/state/deployments/deployment.ts";

/**
 * What an engine would refuse a state for (pkg/resource/stack/snapshot/integrity.go, VerifyIntegrity, v3.259.0).
 *
 * @returns undefined for a state that it goes on with
 */
export function inconsistency({ resources = [] }: Deployment): string | undefined {
  const seen = new Map<string, Resource[]>();
  const providers = new Set<string>();
  for (const resource of resources) {
    const { urn, type, provider } = resource;
    if (resource.custom !== true && resource.id) return `${urn} has an id and is not custom`;
    if (type.startsWith("pulumi:providers:")) providers.add(`${urn}::${resource.id}`);
    if (provider && !providers.has(provider) && resource.pendingReplacement !== true)
      return `${urn} refers to the unknown provider ${provider}`;
    const dangling = referencesOf(resource).find((reference) => !seen.has(reference));
    if (dangling !== undefined) return `${urn} refers to ${dangling}, which is missing or comes after it`;
    seen.set(urn, [...(seen.get(urn) ?? []), resource]);
  }
  const twice = [...seen].find(([, same]) => same.filter((resource) => resource.delete !== true).length > 1);
  return twice && `${twice[0]} is there twice, and not marked for deletion`;
}

function referencesOf({ parent, dependencies, propertyDependencies, deletedWith }: Resource): readonly string[] {
  const ofProperties = Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  const one = [parent, deletedWith].flatMap((urn) => (urn ? [urn] : []));
  return [...one, ...(dependencies ?? []), ...ofProperties];
}
