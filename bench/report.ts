import { type Spread, spreadOf } from "./measure/spread.ts";

export interface Row {
  readonly what: string;
  readonly values: readonly number[];
  readonly unit: Unit;
  /** What was to be reached. */
  readonly aim?: Aim;
}

export interface Aim {
  readonly bound: "at most" | "at least";
  readonly value: number;
}

export type Unit = "s" | "ms" | "ratio" | "MB" | "a minute" | "ms per 100 resources" | "µs";

/** What one section found. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

const digits: Readonly<Record<Unit, number>> = {
  s: 2,
  ms: 0,
  ratio: 2,
  MB: 0,
  "a minute": 0,
  "ms per 100 resources": 1,
  µs: 2,
};

/** Lines for a person: of each row the median, the least and the most, and whether the median reached its aim. */
export function linesOf({ title, rows }: Section): readonly string[] {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return [title, ...rows.map((row) => `  ${row.what.padEnd(width)}  ${figures(row)}${verdict(row)}`)];
}

export function isReached(aim: Aim, { median }: Pick<Spread, "median">): boolean {
  return aim.bound === "at most" ? median <= aim.value : median >= aim.value;
}

function figures({ values, unit }: Row): string {
  const { median, min, max } = spreadOf(values);
  const show = (value: number): string => value.toFixed(digits[unit]);
  const name = unit === "ratio" ? "" : ` ${unit}`;
  const spread = values.length === 1 ? "once" : `${show(min)} to ${show(max)}, ${values.length} times`;
  return `${show(median).padStart(6)}${name} (${spread})`;
}

function verdict({ values, aim }: Row): string {
  if (aim === undefined) return "";
  return `  aim ${aim.bound} ${aim.value}: ${isReached(aim, spreadOf(values)) ? "reached" : "MISSED"}`;
}
