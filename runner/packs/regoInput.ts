import type { PackResource } from "./packContents.ts";

/**
 * The input document of a resource, in the shape that Pulumi's OPA packs have: what is known of it by name, overlaid with its properties, and once more under names with
 * `__`, which no property takes (github.com/pulumi/pulumi-policy-opa, "Resource Input Structure").
 */
export function resourceInput({ urn, type, name, properties, protect, parent, provider }: PackResource) {
  const about = {
    type,
    urn,
    name,
    options: { protect, ...(parent === undefined ? {} : { parent }) },
    provider: provider === undefined ? {} : { urn: provider.slice(0, provider.lastIndexOf("::")) },
    properties,
  };
  const safe = Object.fromEntries(Object.entries(about).map(([key, value]) => [`__${key}`, value]));
  return { ...about, ...properties, ...safe };
}

/** The input document of rules over a whole stack. */
export function stackInput(resources: readonly PackResource[]) {
  return {
    resources: resources.map((resource) => ({
      ...resourceInput(resource),
      propertyDependencies: resource.propertyDependencies ?? {},
    })),
  };
}

/** What the engine puts for a value that is not known yet, by type (sdk/go/common/resource/plugin/rpc.go). */
const sentinels: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return sentinels.has(value);
  return Object.values(value).some(hasUnknown);
}

/** The properties as if what is not known yet had been left out. */
export function withoutUnknown(properties: PackResource["properties"]): PackResource["properties"] {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => !sentinels.has(value))
      .map(([key, value]) => [key, known(value)]),
  );
}

function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !sentinels.has(item)).map(known);
  return typeof value === "object" && value !== null ? withoutUnknown(value as PackResource["properties"]) : value; // no array, not null
}
