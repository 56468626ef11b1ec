import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import type { Logger } from "../base/logger.ts";
import { standConnected } from "../db/standingConnection.ts";

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

const TAKE = "select pg_try_advisory_lock(hashtextextended($1, 74203)) as taken";
const AGAIN_MS = 250;
/** Taken and given back at once, in one statement's transaction: true means that nobody held it. */
const PROBE = "select pg_try_advisory_xact_lock(hashtextextended($1, 74203)) as free";

export async function holdPresence(databaseUrl: string, executorId: string, logger: Logger): Promise<Presence> {
  // A server that has not yet noticed that the connection before is gone still holds the lock for it.
  async function take(client: Client): Promise<void> {
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(TAKE, [executorId]);
      if (rows[0]?.taken === true) return;
      await delay(AGAIN_MS);
    }
  }

  const connection = await standConnected(databaseUrl, {
    prepare: take,
    onLost: () => logger.warn({ executor: executorId }, "lost the connection that proves this process alive"),
    onRegained: () => logger.info({ executor: executorId }, "this process is proved alive again"),
  });

  return {
    async dead(executors) {
      const found: string[] = [];
      for (const executor of executors) {
        const { rows } = await connection.client().query<{ free: boolean }>(PROBE, [executor]);
        if (rows[0]?.free === true) found.push(executor);
      }
      return found;
    },
    release: connection.close,
  };
}
