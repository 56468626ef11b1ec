import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "../../base/problem.ts";

export interface Patience {
  /** Milliseconds after which the client is told to come again. */
  readonly limit: number;
  /** Milliseconds between tries. */
  readonly pause: number;
}

export const defaultPatience: Patience = { limit: 40_000, pause: 250 };

/** Seconds in which the client should try again. */
export const RETRY_AFTER = 5;

/** SQLSTATEs of a server that goes, starts or is full (class 08 besides); and what the operating system says of a socket. */
const awayCodes: ReadonlySet<unknown> = new Set([
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "25P03",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** The driver has no code for a connection that ends under it, so its words must do. */
const awayWords = /^Connection terminated|^Client has encountered a connection error|^Connection ended unexpectedly/;

export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (awayCodes.has(code) || (typeof code === "string" && /^08[0-9A-Z]{3}$/.test(code))) return true;
  return awayWords.test(error.message);
}

/**
 * Tries again while the database is away. A client that is kept waiting loses nothing; one that is told 5xx gives up within
 * seconds, with resources made and not recorded. What is tried must be safe to run twice.
 *
 * @throws Problem `too-many-requests` when the database stays away, which the client takes as "come again"
 */
export async function outlast<T>(work: () => Promise<T>, { limit, pause }: Patience): Promise<T> {
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
