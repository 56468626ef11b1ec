import type { Database } from "../../db/database.ts";
import type { JournalEntry } from "../deployments/deployment.ts";
import { journalRow } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";

interface Asked {
  readonly kind: JournalEntry["kind"];
  readonly operationIds: readonly number[];
}

/** What an update's journal holds of some operations, but for what was refused; entries of one kind. */
export async function recordedEntries(
  { db, sealing }: { readonly db: Database; readonly sealing: Sealing },
  { update, stack }: HeldUpdate,
  { kind, operationIds }: Asked,
): Promise<readonly JournalEntry[]> {
  if (operationIds.length === 0) return [];
  const rows = await db
    .selectFrom("journalEntries")
    .select(["sequence", "sealed"])
    .where("updateId", "=", update.id)
    .where("kind", "=", kind)
    .where("refused", "=", false)
    .where("operationId", "in", [...operationIds])
    .execute();
  return rows.map(({ sequence, sealed }) => {
    const content = sealing.open({ stackId: stack.id, row: journalRow(update.id, sequence) }, sealed);
    return JSON.parse(content) as JournalEntry; // validated when it was recorded
  });
}
