import type { Deployment, Resource, Snippet } from "../deployments/deployment.ts";

const ROOT_STACK = "pulumi:pulumi:Stack";

/**
 * Replaces references to former names (aliases) by present ones and drops the aliases, as the engine does before it
 * writes a deployment to a file (pkg/resource/deploy/snapshot.go, NormalizeURNReferences; that of apitype leaves replaceWith).
 *
 * @throws RangeError when two resources claim the same alias.
 */
export function normalizeReferences(deployment: Deployment): Deployment {
  const renamed = renamedUrns(deployment.resources ?? []);
  if (renamed.size === 0) return deployment;
  const fix = (urn: string): string => renamed.get(urn) ?? urn;
  const { resources, snippets } = deployment;
  return {
    ...deployment,
    ...(resources && { resources: resources.map((resource) => fixResource(resource, fix)) }),
    ...(snippets && { snippets: snippets.map((snippet) => fixSnippet(snippet, fix)) }),
  };
}

function renamedUrns(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const { urn, aliases, parent } of resources) {
    for (const alias of aliases ?? []) {
      const other = renamed.get(alias);
      if (other !== undefined && other !== urn)
        throw new RangeError(`two resources (${other} and ${urn}) have the same alias ${alias}`);
      renamed.set(alias, urn);
    }
    const newParent = parent === undefined ? undefined : renamed.get(parent);
    // A child's URN holds the types of its parents, so that a parent of a new type renames it too.
    if (newParent !== undefined && parse(newParent).types !== ROOT_STACK) renamed.set(urn, underParent(urn, newParent));
  }
  return renamed;
}

function fixResource(resource: Resource, fix: (urn: string) => string): Resource {
  const { aliases: _, ...rest } = resource;
  const { parent, provider, dependencies, propertyDependencies, deletedWith, viewOf, replaceWith } = rest;
  return {
    ...rest,
    urn: fix(rest.urn),
    type: rest.type,
    ...(parent && { parent: fix(parent) }),
    ...(provider && { provider: fixProvider(provider, fix) }),
    ...(dependencies && { dependencies: dependencies.map(fix) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, urns?.map(fix) ?? urns]),
      ),
    }),
    ...(replaceWith && { replaceWith: replaceWith.map(fix) }),
    ...(deletedWith && { deletedWith: fix(deletedWith) }),
    ...(viewOf && { viewOf: fix(viewOf) }),
  };
}

function fixSnippet(snippet: Snippet, fix: (urn: string) => string): Snippet {
  if (!snippet.references) return snippet;
  const references = Object.entries(snippet.references).map(([name, urn]) => [name, fix(urn)] as const);
  return { ...snippet, references: Object.fromEntries(references) };
}

/** A provider reference is the provider's URN, `::` and its id. */
function fixProvider(reference: string, fix: (urn: string) => string): string {
  const cut = reference.lastIndexOf("::");
  return cut < 0 ? reference : fix(reference.slice(0, cut)) + reference.slice(cut);
}

/** `urn:pulumi:<stack>::<project>::<types from the root, joined by $>::<name>`; a name may hold `::` itself. */
function parse(urn: string): { head: string; types: string; name: string } {
  const [stack = "", project = "", types = "", ...name] = urn.split("::");
  return { head: `${stack}::${project}`, types, name: name.join("::") };
}

function underParent(urn: string, parent: string): string {
  const { head, types, name } = parse(urn);
  const own = types.slice(types.lastIndexOf("$") + 1);
  return `${head}::${parse(parent).types}$${own}::${name}`;
}
