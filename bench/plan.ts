/** How much of each section is run. The times are slices: a section begins no round after its slice is used up. */
export interface Plan {
  readonly sections: Readonly<Record<SectionName, SectionPlan>>;
  /** No section begins later than this many milliseconds after the start. */
  readonly totalMs: number;
}

export interface SectionPlan {
  readonly rounds: number;
  readonly sliceMs: number;
}

export const sectionNames = ["a20", "a150", "b20", "b150", "c", "d", "e", "f"] as const;
export type SectionName = (typeof sectionNames)[number];

const minutes = (count: number): number => count * 60_000;
const seconds = (count: number): number => count * 1_000;
const section = (rounds: number, slice: number): SectionPlan => ({ rounds, sliceMs: seconds(slice) });

/** Ten minutes, of which starting and ending take some. */
export const fullPlan: Plan = {
  totalMs: minutes(9),
  sections: {
    a20: section(7, 55),
    a150: section(5, 60),
    b20: section(3, 20),
    b150: section(2, 30),
    c: section(3, 50),
    d: section(2, 20),
    e: section(7, 60),
    f: section(2, 60),
  },
};

/** Two minutes: a look, with spreads that say little. */
export const quickPlan: Plan = {
  totalMs: minutes(1.75),
  sections: {
    a20: section(3, 25),
    a150: section(1, 20),
    b20: section(1, 10),
    b150: section(1, 10),
    c: section(1, 15),
    d: section(1, 5),
    e: section(2, 10),
    f: section(1, 15),
  },
};

export interface Options {
  readonly plan: Plan;
  readonly only: readonly SectionName[];
}

/**
 * Reads `--quick` and `--only a20,f`.
 *
 * @throws Error that says what there is, for anything else.
 */
export function readOptions(args: readonly string[]): Options {
  const quick = args.includes("--quick");
  const at = args.indexOf("--only");
  const asked = at < 0 ? sectionNames : (args[at + 1] ?? "").split(",");
  const only = sectionNames.filter((name) => asked.includes(name));
  const known = args.length === Number(quick) + (at < 0 ? 0 : 2);
  if (known && only.length === asked.length) return { plan: quick ? quickPlan : fullPlan, only };
  throw new Error(`give --quick, and --only with some of ${sectionNames.join(",")}; not: ${args.join(" ")}`);
}
