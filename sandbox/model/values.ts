/** A property value as models see it: JSON, or `UNKNOWN` where a preview does not know it yet. Secrets are unwrapped. */
export type Value = null | boolean | number | string | typeof UNKNOWN | readonly Value[] | Properties;

export interface Properties {
  readonly [name: string]: Value;
}

/** Stands for a value that a preview does not know yet. Never stored, never reaches a function that makes something. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function containsUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  for (const child of isList(value) ? value : Object.values(value)) if (containsUnknown(child)) return true;
  return false;
}

/** The string under `name`, or undefined when it is absent, unknown or no string. */
export function text(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === "string" ? value : undefined;
}

/** The list under `name`; empty when it is absent, unknown or no list. */
export function list(properties: Properties, name: string): readonly Value[] {
  const value = properties[name];
  return isList(value) ? value : [];
}

/** The object under `name`; empty when it is absent, unknown or no object. */
export function object(properties: Properties, name: string): Properties {
  const value = properties[name];
  return isProperties(value) ? value : {};
}

/** All strings in a value that is a string or a list of strings. */
export function texts(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Equal as values: key order, and `null` against absent, make no difference. Two unknowns are never equal. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === UNKNOWN || b === UNKNOWN) return false;
  if (a === b || (a ?? undefined) === (b ?? undefined)) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (isProperties(a) && isProperties(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => sameValue(a[name], b[name]));
  }
  return false;
}
