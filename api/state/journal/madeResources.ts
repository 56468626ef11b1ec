import type { Database } from "../../db/database.ts";
import { type JournalEntry, kinds, type Resource } from "../deployments/deployment.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { recordedEntries } from "./recordedEntries.ts";

/** What an operation of a running update has left in the state, for entries that name it by its operation. */
export interface MadeResources {
  /** Of entries that were recorded. */
  remember(held: HeldUpdate, entries: readonly JournalEntry[]): void;
  /** Which one each is: of those known in memory no more than what tells one from another. `batch`: entries about to be recorded. */
  find(
    held: HeldUpdate,
    operationIds: readonly number[],
    batch: readonly JournalEntry[],
  ): Promise<ReadonlyMap<number, Resource>>;
  /** The same with all that their operations said of them. */
  findWhole(
    held: HeldUpdate,
    operationIds: readonly number[],
    batch: readonly JournalEntry[],
  ): Promise<ReadonlyMap<number, Resource>>;
}

const MOST_KEPT = 20_000;

export function createMadeResources(db: Database, sealing: Sealing): MadeResources {
  const kept = new Map<string, Resource>();

  const keyOf = ({ update }: HeldUpdate, operationId: number): string => `${update.id}/${operationId}`;

  return {
    remember(held, entries) {
      if (kept.size >= MOST_KEPT) kept.clear();
      for (const { operationID, state } of entries.filter(isMaking))
        if (state) kept.set(keyOf(held, operationID), inShort(state));
    },

    async find(held, operationIds, batch) {
      const known = operationIds.flatMap((id) => {
        const resource = kept.get(keyOf(held, id));
        return resource === undefined ? [] : [[id, resource] as const];
      });
      const ids = new Set(known.map(([id]) => id));
      const missing = operationIds.filter((id) => !ids.has(id));
      return new Map([...known, ...(await this.findWhole(held, missing, batch))]);
    },

    async findWhole(held, operationIds, batch) {
      const making = batch.filter((entry) => isMaking(entry) && operationIds.includes(entry.operationID));
      const here = new Set(making.map(({ operationID }) => operationID));
      const missing = operationIds.filter((id) => !here.has(id));
      const entries = [
        ...(await recordedEntries({ db, sealing }, held, { kind: kinds.success, operationIds: missing })),
        ...making,
      ];
      return new Map(entries.flatMap(({ operationID, state }) => (state ? [[operationID, state] as const] : [])));
    },
  };
}

const isMaking = ({ kind, state }: JournalEntry): boolean => kind === kinds.success && state != null;

function inShort({ urn, type, id, external, protect, pendingReplacement }: Resource): Resource {
  return {
    urn,
    type,
    ...(id !== undefined && { id }),
    ...(external && { external }),
    ...(protect && { protect }),
    ...(pendingReplacement && { pendingReplacement }),
  };
}
