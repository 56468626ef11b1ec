/** One command, run against both backends. */
export interface Step {
  /** The arguments, with spaces between; `ORG` stands for the organization. */
  readonly run: string;
  /** The program from this step on. */
  readonly program?: string;
  /** A file of the project from this step on: its name and text. */
  readonly file?: readonly [name: string, text: string];
  readonly env?: Readonly<Record<string, string>>;
  /** The exit code that both must have; 0 unless said. */
  readonly exit?: number;
  /** Why its text differs from one run to the next with the same backend too, and is not compared. */
  readonly unsteady?: string;
}

/** Commands that follow from one another. */
export interface Journey {
  readonly name: string;
  readonly steps: readonly (Step | string)[];
}

/** The subcommand of a step, as `stack tag set`. */
export function subcommandOf(step: Step | string): string {
  const words = (typeof step === "string" ? step : step.run).split(" ");
  const groups: Readonly<Record<string, number>> = {
    stack: 2,
    config: 2,
    state: 2,
    policy: 2,
    org: 2,
    project: 2,
    "stack tag": 3,
  };
  const depth = words[0] === "stack" && words[1] === "tag" ? 3 : (groups[words[0] ?? ""] ?? 1);
  return words
    .slice(0, depth)
    .filter((word) => !word.startsWith("-"))
    .join(" ");
}
