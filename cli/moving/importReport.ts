import { plain } from "../print.ts";
import type { World } from "../world.ts";

export type Outcome = "imported" | "adopted" | "unchanged" | "refused" | "failed" | "would-import" | "would-adopt";

/** What was done with one stack. */
export interface StackReport {
  readonly source: string;
  /** `<team>/<project>/<stack>`; undefined when its project is not known. */
  readonly stack: string | undefined;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly resources?: number;
  /** How its secrets were sealed in the source, and how many there are. */
  readonly secretsProvider?: string;
  readonly secrets?: number;
  /** Updates that the source remembers; they stay there. */
  readonly historyEntries?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly tagsLeftOut?: readonly string[];
  /** What is left to do where the program is, whose configuration file names the old secrets provider. */
  readonly configCommand?: string;
}

export interface ImportReport {
  readonly source: string;
  readonly service: string;
  readonly team: string;
  readonly dryRun: boolean;
  readonly stacks: readonly StackReport[];
}

const bad: ReadonlySet<Outcome> = new Set(["refused", "failed"]);

/** Whether some stack is not where it was to go. */
export const hasFailures = ({ stacks }: ImportReport): boolean => stacks.some(({ outcome }) => bad.has(outcome));

/** One paragraph a stack, then the sum. */
export function printReport(world: Pick<World, "out">, report: ImportReport): void {
  const { stacks } = report;
  for (const stack of stacks) world.out(`${linesOf(stack).map(plain).join("\n  ")}\n`);
  const counts = [...Map.groupBy(stacks, ({ outcome }) => outcome)].map(([outcome, of]) => `${of.length} ${outcome}`);
  const sum = counts.length === 0 ? "no stacks" : counts.join(", ");
  world.out(
    `\n${sum}, from ${report.source} to ${report.service}${report.dryRun ? " (dry run: nothing was done)" : ""}\n`,
  );
  if (stacks.some(({ historyEntries = 0 }) => historyEntries > 0))
    world.out("The newest state of each stack was taken; the history of its updates stays in the source.\n");
}

function linesOf(stack: StackReport): readonly string[] {
  const { secrets = 0, secretsProvider, historyEntries } = stack;
  const facts = [
    stack.resources === undefined ? undefined : `${stack.resources} resources`,
    secrets > 0 ? `${secrets} secrets (${secretsProvider ?? "no provider"})` : secretsProvider,
    historyEntries === undefined ? undefined : `${historyEntries} updates in its history`,
  ].filter((fact) => fact !== undefined);
  return [
    `${stack.source} -> ${stack.stack ?? "?"}: ${stack.outcome}`,
    ...(facts.length > 0 ? [facts.join(", ")] : []),
    ...(stack.reason === undefined ? [] : [stack.reason]),
    ...(stack.tagsLeftOut === undefined || stack.tagsLeftOut.length === 0
      ? []
      : [`tags left out: ${stack.tagsLeftOut.join(", ")}`]),
    ...(stack.configCommand === undefined ? [] : [`where its program is: ${stack.configCommand}`]),
  ];
}
