import type { Resource } from "../model/resource.ts";
import { isList, isProperties, type Properties, type Value } from "../model/values.ts";

/** A resource as the control port lists it. */
export function summary(resource: Resource, now: number) {
  const { uid, type, id, place, urn, stack, modelled, createdAt, updatedAt, readyAt } = resource;
  const status = Date.parse(readyAt) > now ? "creating" : "ready";
  const companion = resource.companionOf === undefined ? {} : { companionOf: resource.companionOf };
  return { uid, type, id, ...place, urn, stack, status, modelled, ...companion, createdAt, updatedAt };
}

/** With its properties; what was given as a secret stays one. */
export function shown(resource: Resource, now: number) {
  const secrets = new Set(resource.secrets);
  const inputs = redacted(resource.inputs, [], secrets);
  return { ...summary(resource, now), inputs, outputs: redacted(resource.outputs, [], secrets) };
}

function redacted(value: Value, path: readonly (string | number)[], secrets: ReadonlySet<string>): Value {
  if (secrets.has(JSON.stringify(path))) return { secret: true };
  if (isList(value)) return value.map((item, i) => redacted(item, [...path, i], secrets));
  if (!isProperties(value)) return value;
  const result: Record<string, Properties[string]> = {};
  for (const [name, item] of Object.entries(value)) result[name] = redacted(item, [...path, name], secrets);
  return result;
}
