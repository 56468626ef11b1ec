import { readFileSync } from "node:fs";
import type { PropertyRule, Rules } from "./rule.ts";

/** What `generate.ts` distilled for one type: facts with their sources. */
export interface TypeSchema {
  readonly type: string;
  readonly sources: readonly string[];
  readonly inputs: Rules;
}

/** Facts laid over a schema's. */
export type Overlay = Readonly<Record<string, PropertyRule>>;

/**
 * The inputs of a type: its distilled schema, with the overlay's facts added to it property by property (also to those of
 * nested objects and items). Every type that has a `region` keeps it and is replaced when it changes.
 */
export function inputsOf(type: string, overlay: Overlay = {}): Rules {
  const { inputs } = loadSchema(type);
  const region: Overlay = inputs["region"] === undefined ? {} : { region: { computed: true, immutable: true } };
  return overlaid(inputs, { ...region, ...overlay });
}

function loadSchema(type: string): TypeSchema {
  return JSON.parse(readFileSync(schemaFile(type), "utf8"));
}

/** `aws:ec2/vpc:Vpc` has its schema in `schemas/ec2/vpc.json`. */
export function schemaFile(type: string): URL {
  return new URL(`../schemas/${type.split(":")[1]}.json`, import.meta.url);
}

function overlaid(rules: Rules, overlay: Overlay): Rules {
  const result: Record<string, PropertyRule> = { ...rules };
  for (const [name, more] of Object.entries(overlay)) result[name] = merged(rules[name] ?? {}, more);
  return result;
}

function merged(rule: PropertyRule, more: PropertyRule): PropertyRule {
  const items = more.items === undefined ? rule.items : merged(rule.items ?? {}, more.items);
  const properties = more.properties === undefined ? rule.properties : overlaid(rule.properties ?? {}, more.properties);
  return {
    ...rule,
    ...more,
    ...(items === undefined ? {} : { items }),
    ...(properties === undefined ? {} : { properties }),
  };
}
