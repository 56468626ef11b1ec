import type { Database } from "../../db/database.ts";
import { type JournalEntry, kinds, type PendingOperation } from "../deployments/deployment.ts";
import { intentOf } from "../judgement/stateEdits.ts";
import { opener } from "../judgement/stepJudge.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { recordedEntries } from "./recordedEntries.ts";

/** What a step said when it began: the resource's name and type, and of types that rules read, what it was to become. */
export interface BegunStep extends PendingOperation {
  readonly intent?: string;
}

/** What the operations of running updates are, since the entry that ends one does not say it. */
export interface BegunSteps {
  /** Of entries that were recorded: what a refused request says of an operation must not be taken for what was judged. */
  remember(held: HeldUpdate, entries: readonly JournalEntry[]): void;
  /** @param batch entries that are about to be recorded, in which an operation may begin too */
  find(
    held: HeldUpdate,
    operationIds: readonly number[],
    batch: readonly JournalEntry[],
  ): Promise<ReadonlyMap<number, BegunStep>>;
}

/** Undefined for a step that changes nothing: it begins without an operation. */
type Known = BegunStep | undefined;

const MOST_KEPT = 20_000;

/**
 * Kept in memory for those recorded by this process; the journal is read for the others.
 *
 * @param types that rules read
 */
export function createBegunSteps(db: Database, sealing: Sealing, types: ReadonlySet<string>): BegunSteps {
  const kept = new Map<string, Known>();

  function inShort({ type, resource }: PendingOperation, stackId: string): BegunStep {
    const { id } = resource;
    const short = { type, resource: { urn: resource.urn, type: resource.type, ...(id !== undefined && { id }) } };
    if (!types.has(resource.type)) return short;
    return { ...short, intent: intentOf(resource, opener(sealing, stackId)) };
  }

  return {
    remember({ update, stack }, entries) {
      if (kept.size >= MOST_KEPT) kept.clear();
      for (const { kind, operationID, operation } of entries) {
        if (kind === kinds.begin)
          kept.set(`${update.id}/${operationID}`, operation ? inShort(operation, stack.id) : undefined);
      }
    },
    async find(held, operationIds, batch) {
      const found = new Map<number, BegunStep>();
      const missing: number[] = [];
      const beginning = new Map(
        batch.filter(({ kind }) => kind === kinds.begin).map((entry) => [entry.operationID, entry.operation]),
      );
      for (const id of operationIds) {
        const key = `${held.update.id}/${id}`;
        const begins = beginning.get(id);
        const known = kept.has(key) ? kept.get(key) : begins ? inShort(begins, held.stack.id) : undefined;
        if (known !== undefined) found.set(id, known);
        else if (!kept.has(key) && !beginning.has(id)) missing.push(id);
      }
      const entries = await recordedEntries({ db, sealing }, held, { kind: kinds.begin, operationIds: missing });
      for (const { operationID, operation } of entries)
        if (operation) found.set(operationID, inShort(operation, held.stack.id));
      return found;
    },
  };
}
