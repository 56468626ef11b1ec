import type { PropertyRule, Rules } from "../model/rule.ts";
import type { TypeSchema } from "../model/schema.ts";
import type { Value } from "../model/values.ts";
import { type CloudNode, type CloudSchema, resolved } from "./cloudSchema.ts";
import { type SdkProperty, type SdkType, type Shape, shapeOf } from "./sdkTypes.ts";

/** Deep enough for what models check; some types nest into themselves. */
const DEPTH = 4;

interface Context {
  readonly sdk: SdkType;
  readonly cloud: CloudSchema | undefined;
}

/**
 * What is known of a type's inputs: names, kinds, required and defaults as the Pulumi SDK has them; patterns, enums, limits
 * and create-only as AWS publishes them. `renames` maps a property of AWS to one of Pulumi where the names differ.
 */
export function distil(type: string, context: Context, renames: ReadonlyMap<string, string>): TypeSchema {
  const { sdk, cloud } = context;
  const createOnly = new Set((cloud?.createOnlyProperties ?? []).map((pointer) => pointer.split("/")[2] ?? ""));
  const inputs: Record<string, PropertyRule> = {};
  for (const property of sdk.inputs) {
    const twin = twinOf(property.name, cloud, renames);
    const facts = twin === undefined ? undefined : cloud?.properties?.[twin];
    const rule = ruleOf(property, { context, facts, depth: DEPTH });
    const computed = property.optional && sdk.alwaysThere.has(property.name);
    const immutable = (twin !== undefined && createOnly.has(twin)) || forcesReplacement(property.doc);
    inputs[property.name] = {
      ...rule,
      ...(immutable ? { immutable: true } : {}),
      ...(computed && rule.default === undefined ? { computed: true } : {}),
    };
  }
  return { type, sources: [sdk.source, ...(cloud === undefined ? [] : [cloud.source])], inputs };
}

interface Given {
  readonly context: Context;
  readonly facts: CloudNode | undefined;
  readonly depth: number;
}

function ruleOf(property: SdkProperty, given: Given): PropertyRule {
  const shape = shapeOf(property.type);
  const fallback = defaultOf(property.doc, shape);
  return {
    ...shapeRule(shape, given),
    ...(property.optional ? {} : { required: true }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function shapeRule(shape: Shape, given: Given): PropertyRule {
  const { context, depth } = given;
  const facts = given.facts === undefined || context.cloud === undefined ? {} : resolved(given.facts, context.cloud);
  const kind = shape.kind === undefined ? {} : { kind: shape.kind };
  if (shape.kind === "list" && shape.items !== undefined) {
    const items = shapeRule(shape.items, { ...given, facts: facts.items });
    return { ...kind, ...limits(facts, ["minItems", "maxItems"]), ...unordered(facts), items };
  }
  if (shape.kind === "map" && shape.items !== undefined) {
    return { ...kind, items: shapeRule(shape.items, { ...given, facts: undefined }) };
  }
  if (shape.nested !== undefined) {
    if (depth === 0) return kind;
    return { ...kind, properties: nestedRules(shape.nested, facts, { ...given, depth: depth - 1 }) };
  }
  if (shape.kind === "string" && facts.type === "string") {
    return { ...kind, ...limits(facts, ["minLength", "maxLength"]), ...pattern(facts), ...enumeration(facts) };
  }
  if (shape.kind === "number" && (facts.type === "integer" || facts.type === "number")) {
    return {
      ...kind,
      ...(facts.minimum === undefined ? {} : { min: facts.minimum }),
      ...(facts.maximum === undefined ? {} : { max: facts.maximum }),
      ...enumeration(facts),
    };
  }
  return kind;
}

function nestedRules(name: string, facts: CloudNode, given: Given): Rules {
  const rules: Record<string, PropertyRule> = {};
  for (const property of given.context.sdk.nested(name)) {
    const twin = Object.keys(facts.properties ?? {}).find((other) => same(other, property.name));
    const inner = twin === undefined ? undefined : facts.properties?.[twin];
    rules[property.name] = ruleOf(property, { ...given, facts: inner });
  }
  return rules;
}

/** AWS's property for one of Pulumi's: the same name in any case, or that name after the type's own (`TableName`, `name`). */
function twinOf(
  name: string,
  cloud: CloudSchema | undefined,
  renames: ReadonlyMap<string, string>,
): string | undefined {
  const kind = cloud?.typeName.split("::")[2] ?? "";
  const names = Object.keys(cloud?.properties ?? {});
  const renamed = names.find((other) => renames.get(other) === name);
  return (
    renamed ??
    names.find((other) => same(other, name)) ??
    names.find((other) => same(other, `${kind}${name}`) || same(other, `${name}name`))
  );
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function limits<K extends "minItems" | "maxItems" | "minLength" | "maxLength">(facts: CloudNode, names: readonly K[]) {
  return Object.fromEntries(names.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
}

function pattern(facts: CloudNode): PropertyRule {
  if (facts.pattern === undefined || !compiles(facts.pattern)) return {};
  return { pattern: facts.pattern };
}

/** Some of the published patterns are written for other engines. */
function compiles(expression: string): boolean {
  try {
    new RegExp(expression, "u");
    return true;
  } catch {
    return false;
  }
}

function enumeration(facts: CloudNode): PropertyRule {
  return facts.enum === undefined ? {} : { enum: facts.enum };
}

function unordered(facts: CloudNode): PropertyRule {
  return facts.insertionOrder === false || facts.uniqueItems === true ? { unordered: true } : {};
}

function forcesReplacement(doc: string): boolean {
  return /forces? (?:a )?(?:new resource|replacement|creation of a new)/i.test(doc);
}

/** Only defaults that the documentation states as a literal: "Defaults to `true`." */
function defaultOf(doc: string, shape: Shape): Value | undefined {
  const literal = /\b[Dd]efault(?:s to|s are| is| value is| to|:)\s*:?\s*`"?([^`"]+)"?`/.exec(doc)?.[1];
  if (literal === undefined) return undefined;
  if (shape.kind === "boolean") return literal === "true" ? true : literal === "false" ? false : undefined;
  if (shape.kind === "number") return Number.isFinite(Number(literal)) ? Number(literal) : undefined;
  return shape.kind === "string" && /^[\w.:/-]+$/.test(literal) ? literal : undefined;
}
