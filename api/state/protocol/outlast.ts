import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "../../base/problem.ts";
import { isDatabaseAway } from "../../db/databaseAway.ts";

export interface Patience {
  /** Milliseconds after which the client is told to come again. */
  readonly limit: number;
  /** The same for a request that its client sends only once: to be told to come again is the end of it. */
  readonly limitOnce: number;
  /** Milliseconds between tries. */
  readonly pause: number;
}

export const defaultPatience: Patience = { limit: 40_000, limitOnce: 100_000, pause: 250 };

/** Seconds in which the client should try again. */
export const RETRY_AFTER = 5;

/**
 * Tries again while the database is away. A client that is kept waiting loses nothing; one that is told 5xx gives up within
 * seconds, with resources made and not recorded. What is tried must be safe to run twice.
 *
 * @throws Problem `too-many-requests` when the database stays away, which the client takes as "come again"
 */
export async function outlast<T>(
  work: () => Promise<T>,
  { limit, pause }: Pick<Patience, "limit" | "pause">,
): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (performance.now() > deadline)
        throw new Problem("too-many-requests", "The database is away. Try again in a moment.", { cause: error });
      await delay(pause);
    }
  }
}
