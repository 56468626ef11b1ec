import type { ServiceCodes } from "./model.ts";
import type { Kind, Problem, PropertyRule, Rules } from "./rule.ts";
import { isList, isProperties, type Properties, UNKNOWN, type Value } from "./values.ts";

type Codes = Pick<ServiceCodes, "missing" | "invalid">;

/**
 * Everything that is wrong with inputs by their rules alone. Unknown values are taken to be right: they are judged
 * when they are known. Messages never repeat the value of a rule marked secret.
 */
export function validate(inputs: Properties, rules: Rules, codes: Codes): readonly Problem[] {
  return validateObject(inputs, rules, { codes, inputs, prefix: "" });
}

interface Scope {
  readonly codes: Codes;
  readonly inputs: Properties;
  readonly prefix: string;
}

function validateObject(value: Properties, rules: Rules, scope: Scope): readonly Problem[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const property = scope.prefix === "" ? name : `${scope.prefix}.${name}`;
    const item = value[name] ?? undefined;
    if (item !== undefined) return validateValue(item, rule, { ...scope, prefix: property });
    if (rule.required !== true) return [];
    return [{ code: scope.codes.missing, message: `The request must contain the parameter ${property}`, property }];
  });
}

function validateValue(value: Value, rule: PropertyRule, scope: Scope): readonly Problem[] {
  if (value === UNKNOWN) return [];
  const wrong = wrongKind(value, rule.kind) ?? wrongValue(value, rule) ?? rule.check?.(value, scope.inputs);
  if (wrong !== undefined) {
    return [{ code: rule.code ?? scope.codes.invalid, message: `${scope.prefix} ${wrong}`, property: scope.prefix }];
  }
  const { items, properties } = rule;
  if (isList(value) && items !== undefined) {
    return value.flatMap((item, i) => validateValue(item, items, { ...scope, prefix: `${scope.prefix}[${i}]` }));
  }
  if (!isProperties(value)) return [];
  if (rule.kind === "map" && items !== undefined) {
    return Object.entries(value).flatMap(([key, item]) =>
      validateValue(item, items, { ...scope, prefix: `${scope.prefix}[${JSON.stringify(key)}]` }),
    );
  }
  return properties === undefined ? [] : validateObject(value, properties, scope);
}

function wrongKind(value: Value, kind: Kind | undefined): string | undefined {
  const is = isList(value) ? "list" : isProperties(value) ? "object" : typeof value;
  const wanted = kind === "map" ? "object" : kind;
  // The real providers take "8080" for 8080 and the other way round; so do Pulumi programs.
  const scalars = wanted === "string" || wanted === "number" || wanted === "boolean";
  if (wanted === undefined || is === wanted) return undefined;
  if (scalars && is === "number" && wanted === "string") return undefined;
  if (scalars && is === "boolean" && wanted === "string") return undefined;
  if (wanted === "number" && is === "string" && value !== "" && Number.isFinite(Number(value))) return undefined;
  if (wanted === "boolean" && (value === "true" || value === "false")) return undefined;
  return `must be a ${kind}, not a ${is}`;
}

function wrongValue(value: Value, rule: PropertyRule): string | undefined {
  if (isList(value)) return wrongRange(value.length, rule.minItems, rule.maxItems, "items");
  if (rule.enum !== undefined && !rule.enum.some((allowed) => String(allowed) === String(value))) {
    return `must be one of ${rule.enum.join(", ")}${shown(value, rule)}`;
  }
  if (rule.kind === "number") {
    const outside = wrongRange(Number(value), rule.min, rule.max, "");
    return outside === undefined ? undefined : `${outside}${shown(value, rule)}`;
  }
  return typeof value === "string" ? wrongText(value, rule) : undefined;
}

function wrongText(value: string, rule: PropertyRule): string | undefined {
  const length = wrongRange(value.length, rule.minLength, rule.maxLength, "characters");
  if (length !== undefined) return length;
  if (rule.pattern !== undefined && !compiled(rule.pattern).test(value)) {
    return `must match ${rule.pattern}${shown(value, rule)}`;
  }
  return rule.json === true && !parses(value) ? "must be a JSON document" : undefined;
}

function wrongRange(size: number, min: number | undefined, max: number | undefined, unit: string): string | undefined {
  const what = unit === "" ? "be" : "have";
  const tail = unit === "" ? "" : ` ${unit}`;
  if (min !== undefined && size < min) return `must ${what} at least ${min}${tail}`;
  if (max !== undefined && size > max) return `must ${what} at most ${max}${tail}`;
  return undefined;
}

function shown(value: Value, rule: PropertyRule): string {
  return rule.secret === true ? "" : `, not ${JSON.stringify(value)}`;
}

function parses(document: string): boolean {
  try {
    JSON.parse(document);
    return true;
  } catch {
    return false;
  }
}

const expressions = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const expression = new RegExp(pattern, "u");
  expressions.set(pattern, expression);
  return expression;
}
