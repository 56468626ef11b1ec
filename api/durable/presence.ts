import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../base/logger.ts";

/**
 * Who is alive, told by locks instead of clocks: each process holds an advisory lock named after itself for as long as
 * its connection lives, and the database lets go of it when the process dies. A process that is wrongly taken for dead
 * does no harm: the lease in api/state is the fence.
 */
export interface Presence {
  /** Of these executors, those that hold no lock. */
  dead(executors: readonly string[]): Promise<readonly string[]>;
  release(): Promise<void>;
}

const RECONNECT_MS = 250;
const LOCK = "select pg_advisory_lock(hashtextextended($1, 74203))";
/** Taken and given back at once, in one statement's transaction: true means that nobody held it. */
const PROBE = "select pg_try_advisory_xact_lock(hashtextextended($1, 74203)) as free";

export async function holdPresence(databaseUrl: string, executorId: string, logger: Logger): Promise<Presence> {
  let released = false;
  let client = await hold();

  async function hold(): Promise<pg.Client> {
    const fresh = new pg.Client({ connectionString: databaseUrl, keepAlive: true, keepAliveInitialDelayMillis: 5_000 });
    fresh.on("error", () => void regain(fresh));
    fresh.on("end", () => void regain(fresh));
    await fresh.connect();
    await fresh.query(LOCK, [executorId]);
    return fresh;
  }

  async function regain(lost: pg.Client): Promise<void> {
    if (released || lost !== client) return;
    logger.warn({ executor: executorId }, "lost the connection that proves this process alive");
    for (;;) {
      await delay(RECONNECT_MS);
      const fresh = await hold().catch(() => undefined);
      if (fresh === undefined && !released) continue;
      if (fresh !== undefined) client = fresh;
      return;
    }
  }

  return {
    async dead(executors) {
      const found: string[] = [];
      for (const executor of executors) {
        const { rows } = await client.query<{ free: boolean }>(PROBE, [executor]);
        if (rows[0]?.free === true) found.push(executor);
      }
      return found;
    },
    async release() {
      released = true;
      await client.end();
    },
  };
}
