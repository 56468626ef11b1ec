import type { PropertyRule } from "../model/rule.ts";
import { isProperties, type Value } from "../model/values.ts";

/** The rule of an input `tags`. Limits: AWS tagging, "Tag naming limits and requirements". */
export function tagsRule(code: string): PropertyRule {
  return { code, check: tagsFault };
}

function tagsFault(tags: Value): string | undefined {
  if (!isProperties(tags)) return undefined;
  const names = Object.keys(tags);
  if (names.length > 50) return `must have at most 50 tags, not ${names.length}`;
  const reserved = names.find((name) => /^aws:/i.test(name));
  if (reserved !== undefined) return `must not have the tag '${reserved}': the prefix aws: is reserved`;
  const long = names.find((name) => name === "" || name.length > 128 || String(tags[name]).length > 256);
  return long === undefined ? undefined : `has the tag '${long}': keys have 1 to 128 characters, values up to 256`;
}
