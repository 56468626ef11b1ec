import { isProblem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import type { Exempting, Verdict } from "../../gate/index.ts";
import { subjectOf } from "../audit.ts";
import type { StackName } from "../stacks/stackRecord.ts";
import { startedBy, type UpdateRecord, workOf } from "../updates/updateRecord.ts";

/** That something is about to be taken which exemptions let through. */
export interface Leaning {
  /** Their ids, each once. */
  readonly exemptions: readonly string[];
  /** The operation, or else the update, that takes it. */
  readonly work: string;
  /** The path of the stack, and its team. */
  readonly subject: string;
  readonly team: string;
  readonly caller: { readonly id: string; readonly name: string };
}

/** What the backend asks of exemptions; the noun of that name answers. */
export interface Exemptions {
  /** For verdicts that are given outside the gate. */
  readonly exempting: Exempting;
  /**
   * Counts the use in the transaction that acknowledges what is taken.
   *
   * @throws Problem `exemption-ended` where one is in force no more, or used up: what was judged by it is to be judged again
   */
  readonly use: (tx: Tx, leaning: Leaning) => Promise<void>;
}

/** The exemptions that let verdicts through. */
export const exemptionsIn = (verdicts: readonly Verdict[]): readonly string[] => [
  ...new Set(verdicts.flatMap(({ exemption }) => exemption ?? [])),
];

export const leaningOf = (update: UpdateRecord, stack: StackName, verdicts: readonly Verdict[]): Leaning => ({
  exemptions: exemptionsIn(verdicts),
  work: workOf(update),
  subject: subjectOf(stack),
  team: stack.team,
  caller: startedBy(update),
});

export const isExemptionEnded = (error: unknown): boolean => isProblem(error) && error.code === "exemption-ended";

/** Each time fewer exemptions are left to lean on. */
const MOST_TIMES = 20;

/** Does again what judges and then writes, when an exemption ended in between; nothing of a try that failed is kept. */
export async function whileExemptionsEnd<T>(judgeAndWrite: () => Promise<T>): Promise<T> {
  for (let time = 1; time < MOST_TIMES; time += 1) {
    try {
      return await judgeAndWrite();
    } catch (error) {
      if (!isExemptionEnded(error)) throw error;
    }
  }
  return judgeAndWrite();
}
