import type { Indicator, Term } from "./indicator.ts";

/** Terms under the names by which expressions call them: `m1`, `m2`, …; a term that comes twice has one name. */
export interface NamedTerms {
  readonly terms: readonly (Term & { readonly id: string })[];
  readonly idOf: (term: Term) => string;
}

export function nameTerms(terms: readonly Term[], prefix = "m"): NamedTerms {
  const keys = [...new Set(terms.map(keyOf))];
  const idOf = (term: Term) => `${prefix}${keys.indexOf(keyOf(term)) + 1}`;
  const once = keys.flatMap((key) => terms.find((term) => keyOf(term) === key) ?? []);
  return { terms: once.map((term) => ({ ...term, id: idOf(term) })), idOf };
}

function keyOf({ namespace, metric, dimensions, stat }: Term): string {
  return JSON.stringify([namespace, metric, Object.entries(dimensions), stat]);
}

/** What an indicator's terms are called, and what of them is bad: events, and their share of all, 0 to 1. */
export interface IndicatorMath extends NamedTerms {
  readonly badShare: string;
  readonly badEvents: string;
}

/**
 * The cloud leaves out a count that is zero, so that gaps are filled; without any event nothing is bad. Source: CloudWatch user guide,
 * "Use metric math" (FILL, IF).
 */
export function indicatorMath({ counts, counted, total }: Indicator, prefix = "m"): IndicatorMath {
  const named = nameTerms([...counted, ...total], prefix);
  const sum = (terms: readonly Term[]) => terms.map((term) => `FILL(${named.idOf(term)},0)`).join("+");
  const all = `(${sum(total)})`;
  const some = `(${sum(counted)})`;
  const bad = counts === "bad" ? some : `(${all}-${some})`;
  return { ...named, badEvents: bad, badShare: `IF(${all}>0,${bad}/${all},0)` };
}
