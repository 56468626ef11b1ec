import { withDefaults } from "./defaults.ts";
import type { PropertyRule, Rules } from "./rule.ts";
import { isList, isProperties, type Properties, sameValue, UNKNOWN, type Value } from "./values.ts";

/** One difference between old and new inputs, at a Pulumi property path such as `tags["team"]` or `rules[0].port`. */
export interface Change {
  readonly path: string;
  /** The top-level input. */
  readonly input: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

/**
 * How new inputs differ from old ones, as the cloud sees it: defaults equal absence, an absent computed input is no
 * change, lists marked unordered are sets, JSON documents are compared as JSON. An unknown value is a change.
 */
export function diffInputs(olds: Properties, news: Properties, rules: Rules): readonly Change[] {
  return diffObject(withDefaults(olds, rules), withDefaults(news, rules), { rules, prefix: "", replace: false });
}

interface Scope {
  readonly rules: Rules;
  readonly prefix: string;
  readonly replace: boolean;
  readonly input?: string;
}

function diffObject(olds: Properties, news: Properties, scope: Scope): readonly Change[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names]
    .filter((name) => !name.startsWith("__"))
    .flatMap((name) => {
      const rule = scope.rules[name] ?? {};
      return diffValue(olds[name], news[name], rule, {
        ...scope,
        prefix: join(scope.prefix, name),
        input: scope.input ?? name,
        replace: scope.replace || rule.immutable === true,
      });
    });
}

function diffValue(
  old: Value | undefined,
  now: Value | undefined,
  rule: PropertyRule,
  scope: Scope,
): readonly Change[] {
  if (same(old, now, rule)) return [];
  if (isProperties(old) && isProperties(now)) {
    const rules = rule.properties ?? {};
    return diffObject(withDefaults(old, rules), withDefaults(now, rules), { ...scope, rules });
  }
  if (isList(old) && isList(now) && old.length === now.length && rule.unordered !== true) {
    return old.flatMap((item, i) =>
      diffValue(item, now[i], rule.items ?? {}, { ...scope, prefix: `${scope.prefix}[${i}]` }),
    );
  }
  const kind = old === undefined ? "add" : now === undefined ? "delete" : "update";
  return [{ path: scope.prefix, input: scope.input ?? scope.prefix, kind, replace: scope.replace }];
}

function same(old: Value | undefined, now: Value | undefined, rule: PropertyRule): boolean {
  if (now === undefined && rule.computed === true) return true;
  if (old === UNKNOWN || now === UNKNOWN) return false;
  if (empty(old) && empty(now)) return true;
  if (isList(old) && isList(now) && rule.unordered === true) return sameSet(old, now);
  if (rule.json === true && typeof old === "string" && typeof now === "string") return sameJson(old, now);
  // Scalars arrive as strings or as what they are, depending on the program's language and habits.
  if (isScalar(old) && isScalar(now)) return String(old) === String(now);
  return sameValue(old, now);
}

function isScalar(value: Value | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The providers cannot tell an empty list or map from an absent one, and neither can the cloud's API. */
function empty(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  return isList(value) ? value.length === 0 : isProperties(value) && Object.keys(value).length === 0;
}

function sameSet(old: readonly Value[], now: readonly Value[]): boolean {
  if (old.length !== now.length) return false;
  const rest = [...now];
  return old.every((item) => {
    const at = rest.findIndex((other) => sameValue(item, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function sameJson(old: string, now: string): boolean {
  try {
    return sameValue(JSON.parse(old), JSON.parse(now));
  } catch {
    return old === now;
  }
}

function join(prefix: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${prefix}[${JSON.stringify(name)}]`;
  return prefix === "" ? name : `${prefix}.${name}`;
}
