import type { Database, Tx } from "../../db/database.ts";
import { replayJournal } from "../journal/replayJournal.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import { engineOf, type UpdateRecord } from "../updates/updateRecord.ts";
import type { JournalEntry, StoredDeployment } from "./deployment.ts";
import { emptyDeployment } from "./deployment.ts";

/** Reads and writes the sealed parts of a stack's state: checkpoints and journals. */
export interface StateArchive {
  /** The newest checkpoint of at most this version; the empty state when there is none. */
  checkpoint(db: Database | Tx, stackId: string, atMost: number): Promise<StoredDeployment>;
  /** @returns undefined when no such version was ever stored. */
  exactCheckpoint(db: Database | Tx, stackId: string, version: number): Promise<StoredDeployment | undefined>;
  saveCheckpoint(db: Database | Tx, at: CheckpointPlace, deployment: StoredDeployment): Promise<void>;
  /** The entries of a journal, in their sequence; without the begin entries that were refused. */
  journal(db: Database | Tx, update: Pick<UpdateRecord, "id" | "stackId">): Promise<readonly JournalEntry[]>;
  /** What a running update has made of the state so far; the latest state when none runs. */
  current(db: Database | Tx, stack: StackRecord, update: UpdateRecord | undefined): Promise<StoredDeployment>;
}

interface CheckpointPlace {
  readonly stackId: string;
  readonly version: number;
}

export const journalRow = (updateId: string, sequence: number): string => `journal/${updateId}/${sequence}`;
export const checkpointRow = (version: number): string => `checkpoint/${version}`;

export function createStateArchive(sealing: Sealing, now: () => Date): StateArchive {
  // What was sealed here was validated when it came in, hence the casts.
  const open = ({ stackId, version }: CheckpointPlace, sealed: Buffer) =>
    JSON.parse(sealing.open({ stackId, row: checkpointRow(version) }, sealed)) as StoredDeployment;

  const archive: StateArchive = {
    async checkpoint(db, stackId, atMost) {
      const found = await db
        .selectFrom("checkpoints")
        .select(["version", "sealed"])
        .where("stackId", "=", stackId)
        .where("version", "<=", atMost)
        .orderBy("version", "desc")
        .limit(1)
        .executeTakeFirst();
      if (found === undefined) return { version: 3, deployment: emptyDeployment };
      return open({ stackId, version: found.version }, found.sealed);
    },

    async exactCheckpoint(db, stackId, version) {
      const query = db.selectFrom("checkpoints").select("sealed").where("stackId", "=", stackId);
      const found = await query.where("version", "=", version).executeTakeFirst();
      return found && open({ stackId, version }, found.sealed);
    },

    async saveCheckpoint(db, { stackId, version }, deployment) {
      const sealed = sealing.seal({ stackId, row: checkpointRow(version) }, JSON.stringify(deployment));
      await db
        .insertInto("checkpoints")
        .values({ stackId, version, sealed })
        .onConflict((conflict) => conflict.columns(["stackId", "version"]).doUpdateSet({ sealed }))
        .execute();
    },

    async journal(db, { id, stackId }) {
      const rows = await db
        .selectFrom("journalEntries")
        .select(["sequence", "sealed"])
        .where("updateId", "=", id)
        .where("refused", "=", false)
        .orderBy("sequence")
        .execute();
      return rows.map(({ sequence, sealed }) => {
        const content = sealing.open({ stackId, row: journalRow(id, sequence) }, sealed);
        return JSON.parse(content) as JournalEntry;
      });
    },

    async current(db, stack, update) {
      const base = await archive.checkpoint(db, stack.id, stack.version);
      if (update?.journaled !== true || update.version === undefined) return base;
      const entries = await archive.journal(db, update);
      if (entries.length === 0) return base;
      return replayJournal(base, entries, { now: now(), engine: engineOf(update) }).stored;
    },
  };
  return archive;
}
