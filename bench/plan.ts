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

export const sectionNames = [
  "a20",
  "a150",
  "b20",
  "b150",
  "c",
  "d",
  "e",
  "f",
  "g",
  "h",
  "i",
  "j",
  "k",
  "l",
  "m",
  "n",
  "o",
] as const;
export type SectionName = (typeof sectionNames)[number];

const minutes = (count: number): number => count * 60_000;
const seconds = (count: number): number => count * 1_000;
const section = (rounds: number, slice: number): SectionPlan => ({ rounds, sliceMs: seconds(slice) });

/** What the backend alone is measured by: another ten minutes, run when asked for. */
const backendNames = ["g", "h", "i", "j", "k"] as const;
const backendSections = {
  g: section(2, 150),
  h: section(2, 150),
  i: section(7, 20),
  j: section(3, 40),
  k: section(2, 60),
} as const;

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
    l: section(3, 40),
    m: section(20, 15),
    n: section(12, 45),
    o: section(7, 30),
    ...backendSections,
  },
};

/** Two minutes: a look at some sections, each once. */
const quickNames = ["a20", "a150", "b20", "e"] as const;
export const quickPlan: Plan = {
  totalMs: minutes(1.75),
  sections: { ...fullPlan.sections, a20: section(1, 1), a150: section(1, 1), b20: section(1, 1), e: section(1, 1) },
};

export interface Options {
  readonly plan: Plan;
  readonly only: readonly SectionName[];
}

const isQuick = (name: SectionName): boolean => quickNames.some((other) => other === name);
const isUsual = (name: SectionName): boolean => !backendNames.some((other) => other === name);

/**
 * Reads `--quick`, `--backend` and `--only a20,f`.
 *
 * @throws Error that says what there is, for anything else.
 */
export function readOptions(args: readonly string[]): Options {
  const quick = args.includes("--quick");
  const at = args.indexOf("--only");
  const backend = args.includes("--backend");
  const usual: readonly SectionName[] = backend ? backendNames : sectionNames.filter(quick ? isQuick : isUsual);
  const asked = at < 0 ? usual : (args[at + 1] ?? "").split(",");
  const only = sectionNames.filter((name) => asked.includes(name));
  const known = args.length === Number(quick) + Number(backend) + (at < 0 ? 0 : 2);
  if (known && only.length === asked.length) return { plan: quick ? quickPlan : fullPlan, only };
  throw new Error(
    `give --quick or --backend, and --only with some of ${sectionNames.join(",")}; not: ${args.join(" ")}`,
  );
}
