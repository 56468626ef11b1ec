import { setTimeout as delay } from "node:timers/promises";
import { isDatabaseAway } from "../db/databaseAway.ts";

const PAUSE_MS = 250;

/**
 * Runs the body of a step again for as long as the database is away, without end: an outage is nobody's failure, and a step
 * that gave up for it would leave its operation open for ever. A body may run twice anyhow.
 */
export async function acrossOutages<T>(body: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await body();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      await delay(PAUSE_MS);
    }
  }
}
