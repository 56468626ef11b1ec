import type { PropertyRule, Rules } from "./rule.ts";
import { isList, isProperties, type Properties, type Value } from "./values.ts";

/** Inputs with the cloud's defaults where nothing is given, in nested objects too. `null` counts as not given. */
export function withDefaults(inputs: Properties, rules: Rules): Properties {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value !== null) result[name] = filled(value, rules[name]);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.default !== undefined && result[name] === undefined) result[name] = rule.default;
  }
  return result;
}

function filled(value: Value, rule: PropertyRule | undefined): Value {
  if (rule === undefined) return value;
  const { items, properties } = rule;
  if (isList(value)) return items === undefined ? value : value.map((item) => filled(item, items));
  return isProperties(value) && properties !== undefined ? withDefaults(value, properties) : value;
}

/** Inputs without top-level `null`s, which mean the same as absence. */
export function withoutNulls(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}
