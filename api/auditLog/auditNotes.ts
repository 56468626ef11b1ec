import type { Database } from "../db/database.ts";
import type { AuditEntry } from "../http/audit.ts";
import { insertEntries } from "./auditLogStore.ts";

/** Writes what has no transaction of its own. @returns when it is committed */
export type NoteEntry = (entry: AuditEntry) => Promise<void>;

const MOST_AT_ONCE = 500;

interface Waiting {
  readonly entry: AuditEntry;
  readonly settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
}

/**
 * One insertion at a time; what comes meanwhile goes with the next. So many readers at once cost few commits, and a single
 * one waits for its own only. Who notes waits for it, so no more is held than there are requests under way.
 */
export function createAuditNotes(db: Database): NoteEntry {
  let waiting: Waiting[] = [];
  let writing = false;

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      try {
        const entries = batch.map(({ entry }) => entry);
        await insertEntries(db, entries);
        for (const { settle } of batch) settle.resolve();
      } catch (error) {
        for (const { settle } of batch) settle.reject(error);
      }
    }
    writing = false;
  }

  return (entry) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ entry, settle: { resolve, reject } });
    if (!writing) void writeAll(); // it settles every promise and throws nothing itself
    return promise;
  };
}
