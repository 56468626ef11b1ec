import { Problem } from "../../base/problem.ts";
import type { Database } from "../../db/database.ts";
import { type JournalEntry, kinds } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";

/**
 * @throws Problem `invalid-journal` when an entry names a place that its update's base does not have, or one whose meaning an
 *   entry that comes with it or after it changes: what it does could not be judged then
 */
export type RequireBasePlaces = (held: HeldUpdate, entries: readonly JournalEntry[]) => Promise<void>;

const MOST_KEPT = 2_000;

/** How many resources the base of a running update has is read once by each process: it does not change. */
export function createBasePlaces(db: Database, archive: StateArchive): RequireBasePlaces {
  const sizes = new Map<string, number>();

  async function sizeOf({ update, stack }: HeldUpdate): Promise<number> {
    const known = sizes.get(update.id);
    if (known !== undefined) return known;
    const { deployment } = await archive.checkpoint(db, stack.id, (update.version ?? 1) - 1);
    const size = deployment.resources?.length ?? 0;
    if (sizes.size >= MOST_KEPT) sizes.clear();
    sizes.set(update.id, size);
    return size;
  }

  /** Entries of two kinds make another base in the midst of a journal; only the replay knows how large that is. */
  async function hasOtherBase({ update }: HeldUpdate): Promise<boolean> {
    const rows = db.selectFrom("journalEntries").select("sequence").where("updateId", "=", update.id);
    return (
      (await rows
        .where("kind", "in", [...otherBases])
        .limit(1)
        .executeTakeFirst()) !== undefined
    );
  }

  /** An engine counts anew while nothing else is under way, and waits for the answer (deployment_executor.go). */
  async function requireOrder({ update }: HeldUpdate, entries: readonly JournalEntry[], rewriting: number) {
    const beside = entries.find((entry) => entry.sequenceID > rewriting && highestPlace(entry) >= 0);
    if (beside !== undefined) throw outOfOrder(beside.sequenceID, rewriting);
    const row = db.selectFrom("journalEntries").select("sequence").where("updateId", "=", update.id);
    const [later, same] = await Promise.all([
      row.where("sequence", ">", rewriting).limit(1).executeTakeFirst(),
      row.where("sequence", "=", rewriting).executeTakeFirst(),
    ]);
    // One that is recorded is a repetition, which came in its turn.
    if (later !== undefined && same === undefined) throw outOfOrder(later.sequence, rewriting);
  }

  return async (held, entries) => {
    const rewriting = entries.filter(({ kind }) => otherBases.has(kind)).map(({ sequenceID }) => sequenceID);
    if (rewriting.length > 0) return requireOrder(held, entries, Math.min(...rewriting));
    if (!entries.some((entry) => highestPlace(entry) >= 0)) return;
    const size = await sizeOf(held);
    const beyond = entries.find((entry) => highestPlace(entry) >= size);
    if (beyond === undefined || (await hasOtherBase(held))) return;
    const fault = `entry ${beyond.sequenceID} names place ${highestPlace(beyond)} of a base with ${size} resources`;
    throw new Problem("invalid-journal", `The journal is refused: ${fault}.`, {
      facts: { sequence: beyond.sequenceID },
    });
  };
}

const otherBases: ReadonlySet<number> = new Set([kinds.write, kinds.rebuiltBaseState]);

const highestPlace = ({ removeOld, deleteOld, pendingReplacementOld }: JournalEntry): number =>
  Math.max(removeOld ?? -1, deleteOld ?? -1, pendingReplacementOld ?? -1);

function outOfOrder(sequence: number, rewriting: number): Problem {
  const fault = `entry ${rewriting} counts places anew, and entry ${sequence}, which comes after it, was sent before its answer`;
  return new Problem("invalid-journal", `The journal is refused: ${fault}.`, { facts: { sequence: rewriting } });
}
