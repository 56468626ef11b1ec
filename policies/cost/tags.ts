import type { Properties } from "../judgedResource.ts";

/** The tags that say whose a resource is. The one list of them. */
export const requiredTags = [
  "meridian:owner",
  "meridian:cost-centre",
  "meridian:environment",
  "meridian:stack-set",
] as const;

export const environmentTag = "meridian:environment";

const isKeyed = (tag: unknown): tag is { readonly key: unknown } =>
  typeof tag === "object" && tag !== null && "key" in tag;

/**
 * The names of a resource's tags. Values are not read, as they may be unknown; a scaling group has a list of
 * `{key, value}` instead of a map.
 */
export function tagNames({ tags }: Properties): readonly unknown[] {
  if (Array.isArray(tags)) return tags.filter(isKeyed).map(({ key }) => key);
  return typeof tags === "object" && tags !== null ? Object.keys(tags) : [];
}

/** The value of one tag, and where it stands. */
export function findTag(
  { tags }: Properties,
  name: string,
): { readonly value: unknown; readonly path: (string | number)[] } | undefined {
  if (Array.isArray(tags)) {
    const index = tags.filter(isKeyed).findIndex(({ key }) => key === name);
    return index < 0 ? undefined : { value: tags[index]?.value, path: ["tags", index, "value"] };
  }
  if (typeof tags !== "object" || tags === null || !Object.hasOwn(tags, name)) return undefined;
  return { value: Reflect.get(tags, name), path: ["tags", name] };
}
