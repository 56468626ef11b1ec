/** What several measurements of one thing came to. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** @throws RangeError when there is nothing to describe. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError("a spread needs at least one value");
  const upper = sorted[Math.floor(sorted.length / 2)] ?? max;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? min;
  return { median: (lower + upper) / 2, min, max, count: sorted.length };
}

/**
 * The ratio of two measurements of the same round, for each round that both have: what the machine did meanwhile weighs on
 * both alike, where a ratio of two medians would compare different minutes.
 */
export function pairedRatios(measured: readonly number[], base: readonly number[]): readonly number[] {
  return measured.slice(0, base.length).map((value, round) => value / (base[round] ?? Number.NaN));
}

/** The differences of two measurements of the same round. */
export function pairedDifferences(measured: readonly number[], base: readonly number[]): readonly number[] {
  return measured.slice(0, base.length).map((value, round) => value - (base[round] ?? Number.NaN));
}
