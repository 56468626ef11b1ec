import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database } from "../db/database.ts";
import { overdueHolds, silentHolders } from "./ledgerStore.ts";
import { expireOverdue } from "./spending.ts";

interface KeepingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the update that holds a stack and has let its lease run out, which commits what stands. */
  readonly endAbandoned: (stackId: string) => Promise<unknown>;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
}

const EVERY_MS = 10_000;
const MOST_TEAMS_AT_ONCE = 100;

/** Gives back what was reserved and never used, beside the requests; any number of processes may do so. */
export function keepBudgets({ everyMs = EVERY_MS, ...deps }: KeepingDeps): { stop(): Promise<void> } {
  const { logger } = deps;
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await giveBack(deps).catch((error: unknown) =>
        logger.warn({ err: error }, "reservations are not given back, and will be tried again"),
      );
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined); // woken to stop
    }
  }

  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** One look: what lapsed is free again, and updates of which nothing is heard any more are ended. */
export async function giveBack({ db, clock, logger, endAbandoned }: Omit<KeepingDeps, "everyMs">): Promise<void> {
  const now = clock.now();
  const overdue = await overdueHolds(db, { now, limit: MOST_TEAMS_AT_ONCE });
  for (const team of new Set(overdue.map((hold) => hold.team))) {
    const stacks = await db.transaction().execute((tx) => expireOverdue(tx, { team, now }));
    if (stacks > 0) logger.info({ team, stacks }, "reservations expired");
  }
  for (const stackId of await silentHolders(db, now)) await endAbandoned(stackId);
}
