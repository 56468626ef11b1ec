import type { JudgedResource } from "./judgedResource.ts";
import { covers, type PropertyPath, pathText, valueAt } from "./propertyPath.ts";

/** Names, sizes, numbers. Free text stays out: it may hold anything, and it may hold line breaks that fake a log line. */
const printable = /^[\w.:/-]{1,64}$/;

/**
 * Names a property for a message, with its value where that is safe: `scalingConfig.maxSize (500)`. A secret value, one
 * of which it is not known whether it is secret, and one that is not a short plain word are left out.
 */
export function showProperty(resource: JudgedResource, path: PropertyPath): string {
  const text = pathText(path);
  if (resource.secrets === "unmarked") return text;
  if (resource.secrets.some((secret) => covers(secret, text) || covers(text, secret))) return `${text} (secret)`;
  const value = valueAt(resource.inputs, path);
  const shown = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof shown === "string" && printable.test(shown) ? `${text} (${shown})` : text;
}
