import type { Resource } from "./deployment.ts";

/** Members of a resource that an engine must know to read the state (pkg/resource/stack/deployment.go, ApplyFeatures). */
const featureOf: readonly (readonly [feature: string, used: (resource: Resource) => boolean])[] = [
  ["refreshBeforeUpdate", ({ refreshBeforeUpdate }) => refreshBeforeUpdate === true],
  ["views", ({ viewOf }) => Boolean(viewOf)],
  ["hooks", ({ resourceHooks }) => Object.keys(resourceHooks ?? {}).length > 0],
  ["taint", ({ taint }) => taint === true],
  ["replaceWith", ({ replaceWith }) => (replaceWith?.length ?? 0) > 0],
  ["extensionParameterization", ({ extensionRef }) => Boolean(extensionRef)],
  ["snippets-prototype", ({ snippetID }) => Boolean(snippetID)],
];

export function featuresOf(resources: Iterable<Resource>): Set<string> {
  const found = new Set<string>();
  for (const resource of resources) {
    for (const [feature, used] of featureOf) if (used(resource)) found.add(feature);
  }
  return found;
}
