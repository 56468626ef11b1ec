import { Problem } from "../../base/problem.ts";
import { type JournalEntry, kinds } from "../deployments/deployment.ts";

/** An operation that an entry refers to and that has to stand before it in the journal. */
export interface Reference {
  readonly operation: number;
  /** The number of the entry that refers to it. */
  readonly by: number;
}

export interface References {
  /** Operations that end in the batch and began before it. */
  readonly ended: readonly Reference[];
  /** Operations before the batch whose resource it names. */
  readonly named: readonly Reference[];
}

export const isEnd = ({ kind }: JournalEntry): boolean =>
  kind === kinds.success || kind === kinds.failure || kind === kinds.refreshSuccess;

/**
 * What a batch refers to of the journal before it. Within the batch order is by number, not by place.
 *
 * @param isRecorded false for what is refused: nothing can refer to it
 * @throws Problem `invalid-journal` when an entry refers to a later one of the same batch, or to one that is refused
 */
export function referencesOf(
  entries: readonly JournalEntry[],
  isRecorded: (entry: JournalEntry) => boolean,
): References {
  const begun = new Map<number, number>();
  const made = new Map<number, number>();
  const refused = new Set<number>();
  for (const entry of entries) {
    const { kind, operationID, sequenceID, state } = entry;
    if (kind === kinds.begin && isRecorded(entry)) begun.set(operationID, sequenceID);
    else if (kind === kinds.begin) refused.add(operationID);
    if (kind === kinds.success && state && isRecorded(entry)) made.set(operationID, sequenceID);
  }
  const ended = entries
    .filter(isEnd)
    .map(({ operationID, sequenceID }) => ({ operation: operationID, by: sequenceID }));
  const tooSoon = ended.find(({ operation, by }) => refused.has(operation) || (begun.get(operation) ?? 0) > by);
  if (tooSoon !== undefined) throw invalid(tooSoon, "ends", "begins later or was refused");
  const named = entries.flatMap(({ removeNew, deleteNew, pendingReplacementNew, sequenceID: by }) =>
    [removeNew, deleteNew, pendingReplacementNew].flatMap((operation) => (given(operation) ? [{ operation, by }] : [])),
  );
  const notYet = named.find(({ operation, by }) => (made.get(operation) ?? 0) > by);
  if (notYet !== undefined) throw invalid(notYet, "names", "makes its resource later");
  return {
    ended: ended.filter(({ operation }) => !begun.has(operation)),
    named: named.filter(({ operation }) => !made.has(operation)),
  };
}

const given = (value: number | null | undefined): value is number => value !== null && value !== undefined;

function invalid({ operation, by }: Reference, verb: string, fault: string): Problem {
  const detail = `The journal is refused: entry ${by} ${verb} operation ${operation}, which ${fault}.`;
  return new Problem("invalid-journal", detail, { facts: { sequence: by } });
}
