import type { Tx } from "../../db/database.ts";

/** For how many further versions of a stack a journal is kept that could not be taken whole. */
const VERSIONS_KEPT = 10;

interface EndedJournal {
  readonly updateId: string;
  readonly stackId: string;
  readonly version: number;
  /** Whether the checkpoint of the version holds all that the journal says. */
  readonly whole: boolean;
}

/**
 * Removes the journal of an update whose state has just been stored, in the same transaction: what a stack keeps of its past
 * are its checkpoints. One that contradicted itself or had a hole stays for a person to look at, until the stack has ended
 * ten more versions.
 */
export async function compactJournal(tx: Tx, { updateId, stackId, version, whole }: EndedJournal): Promise<void> {
  const outdated = tx
    .selectFrom("updates")
    .select("id")
    .where("stackId", "=", stackId)
    .where("version", "=", version - VERSIONS_KEPT);
  await tx
    .deleteFrom("journalEntries")
    .where((entry) =>
      entry.or([entry("updateId", "in", outdated), ...(whole ? [entry("updateId", "=", updateId)] : [])]),
    )
    .execute();
}
