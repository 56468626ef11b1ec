import type { Database } from "../../db/database.ts";
import { type JournalEntry, kinds, type PendingOperation } from "../deployments/deployment.ts";
import { journalRow } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";

/** What the operations of running updates are, since the entry that ends one does not say it. */
export interface BegunSteps {
  remember(held: HeldUpdate, entries: readonly JournalEntry[]): void;
  find(held: HeldUpdate, operationIds: readonly number[]): Promise<ReadonlyMap<number, PendingOperation>>;
}

/** Undefined for a step that changes nothing: it begins without an operation. */
type Known = PendingOperation | undefined;

const MOST_KEPT = 20_000;

/** Kept in memory for those recorded by this process; the journal is read for the others. */
export function createBegunSteps(db: Database, sealing: Sealing): BegunSteps {
  const kept = new Map<string, Known>();

  async function read({ update, stack }: HeldUpdate, operationIds: readonly number[]): Promise<JournalEntry[]> {
    const rows = await db
      .selectFrom("journalEntries")
      .select(["sequence", "sealed"])
      .where("updateId", "=", update.id)
      .where("kind", "=", kinds.begin)
      .where("operationId", "in", [...operationIds])
      .execute();
    return rows.map(({ sequence, sealed }) => {
      const content = sealing.open({ stackId: stack.id, row: journalRow(update.id, sequence) }, sealed);
      return JSON.parse(content) as JournalEntry; // validated when it was recorded
    });
  }

  return {
    remember({ update }, entries) {
      if (kept.size >= MOST_KEPT) kept.clear();
      for (const { kind, operationID, operation } of entries) {
        if (kind === kinds.begin) kept.set(`${update.id}/${operationID}`, operation ? inShort(operation) : undefined);
      }
    },
    async find(held, operationIds) {
      const found = new Map<number, PendingOperation>();
      const missing: number[] = [];
      for (const id of operationIds) {
        const key = `${held.update.id}/${id}`;
        const known = kept.get(key);
        if (known !== undefined) found.set(id, known);
        else if (!kept.has(key)) missing.push(id);
      }
      const entries = missing.length === 0 ? [] : await read(held, missing);
      for (const { operationID, operation } of entries) if (operation) found.set(operationID, operation);
      return found;
    },
  };
}

const inShort = ({ type, resource }: PendingOperation): PendingOperation => ({
  type,
  resource: { urn: resource.urn, type: resource.type },
});
