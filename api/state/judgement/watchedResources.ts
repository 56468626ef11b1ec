import type { Database } from "../../db/database.ts";
import type { JournalEntry, Resource } from "../deployments/deployment.ts";
import { kinds } from "../deployments/deployment.ts";
import { journalRow, type StateArchive } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import type { BaseResources } from "./judgedSteps.ts";

/** What rules that compare resources may see of a stack. */
export interface WatchedResources {
  /** The state before the update. */
  readonly base: BaseResources;
  /** The state with the steps that the update has begun or done. */
  readonly present: BaseResources;
}

export interface Watch {
  isWatched(entry: JournalEntry): boolean;
  view(held: HeldUpdate): Promise<WatchedResources>;
  /** The state that the next update of a stack starts from. */
  base(stackId: string, version: number): Promise<BaseResources>;
}

const MOST_KEPT = 200;

/**
 * Reads the resources of the watched types only, and only when a step on such a type is judged. The base of an update never
 * changes, so it is kept; what the update has done since is read from its journal each time, because another process may
 * have recorded it.
 */
export function createWatch(db: Database, archive: StateArchive, sealing: Sealing, types: ReadonlySet<string>): Watch {
  const bases = new Map<string, BaseResources>();

  async function base(stackId: string, version: number): Promise<BaseResources> {
    const { deployment } = await archive.checkpoint(db, stackId, version);
    const watched = (deployment.resources ?? []).filter(({ type, delete: doomed }) => types.has(type) && !doomed);
    return new Map(watched.map((resource) => [resource.urn, resource]));
  }

  async function baseOf({ update, stack }: HeldUpdate): Promise<BaseResources> {
    const known = bases.get(update.id);
    if (known !== undefined) return known;
    const found = await base(stack.id, update.version === undefined ? stack.version : update.version - 1);
    if (bases.size >= MOST_KEPT) bases.clear();
    bases.set(update.id, found);
    return found;
  }

  async function watchedEntries({ update, stack }: HeldUpdate): Promise<readonly JournalEntry[]> {
    const rows = await db
      .selectFrom("journalEntries")
      .select(["sequence", "sealed"])
      .where("updateId", "=", update.id)
      .where("watched", "=", true)
      .where("refused", "=", false)
      .orderBy("sequence")
      .execute();
    return rows.map(({ sequence, sealed }) => {
      const content = sealing.open({ stackId: stack.id, row: journalRow(update.id, sequence) }, sealed);
      return JSON.parse(content) as JournalEntry; // validated when it was recorded
    });
  }

  return {
    isWatched: ({ operation, state }) => types.has(operation?.resource.type ?? state?.type ?? ""),
    base,
    async view(held) {
      const before = await baseOf(held);
      const present = new Map(before);
      for (const entry of await watchedEntries(held)) overlay(present, entry);
      return { base: before, present };
    },
  };
}

function overlay(present: Map<string, Resource>, { kind, operation, state }: JournalEntry): void {
  if (kind === kinds.begin && operation?.type === "deleting") present.delete(operation.resource.urn);
  else if (kind === kinds.begin && operation) present.set(operation.resource.urn, operation.resource);
  else if ((kind === kinds.success || kind === kinds.outputs) && state) present.set(state.urn, state);
}
