import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { LedgerEntry } from "../cloud/ledger.ts";
import type { ResourceSink } from "../cloud/resourceStore.ts";
import type { Resource } from "../model/resource.ts";
import { writeBatch } from "./database.ts";

/** Collects changes and writes them a moment later, one batch at a time; the callers of the cloud never wait for it. */
export interface WriteBehind extends ResourceSink {
  append(entry: Omit<LedgerEntry, "seq">): void;
  /** Resolves when all that was put before is in the database. */
  flush(): Promise<void>;
  /** Writes what is left; rejects when the database does not take it within ten seconds. */
  close(): Promise<void>;
}

const BATCH_MS = 20;
const RETRY_MS = 500;
const CLOSE_MS = 10_000;

export function createWriteBehind(
  pool: pg.Pool,
  lastSequence: number,
  report: (message: string, error: unknown) => void,
): WriteBehind {
  let resources = new Map<string, Resource | undefined>();
  let entries: LedgerEntry[] = [];
  let seq = lastSequence;
  let running: Promise<void> | undefined;
  let given = false;

  const drain = async (): Promise<void> => {
    await delay(BATCH_MS);
    while (resources.size > 0 || entries.length > 0) {
      const batch = { resources, entries };
      resources = new Map();
      entries = [];
      await persist(batch);
    }
  };
  // While the database is away the batch is kept and tried again: memory is the authority.
  const persist = async (batch: Parameters<typeof writeBatch>[1]): Promise<void> => {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => report("the database cannot be reached", error));
      if (client !== undefined) {
        try {
          await writeBatch(client, batch);
          client.release();
          return;
        } catch (error) {
          client.release(true);
          report("a batch could not be written, trying again", error);
        }
      }
      if (given) throw new Error("the sandbox's last changes could not be written");
      await delay(RETRY_MS);
    }
  };
  const schedule = (): void => {
    running ??= drain().finally(() => {
      running = undefined;
      // What came in between the last look and now would otherwise wait for the next change.
      if (!given && (resources.size > 0 || entries.length > 0)) schedule();
    });
    // A rejection is for `flush` and `close`, who await the same promise.
    running.catch(() => undefined);
  };
  const flush = async (): Promise<void> => {
    while (running !== undefined) await running;
  };

  return {
    put: (resource) => {
      resources.set(resource.uid, resource);
      schedule();
    },
    remove: (uid) => {
      resources.set(uid, undefined);
      schedule();
    },
    append: (entry) => {
      seq += 1;
      entries.push({ seq, ...entry });
      schedule();
    },
    flush,
    close: async () => {
      const timer = setTimeout(() => {
        given = true;
      }, CLOSE_MS);
      try {
        await flush();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
