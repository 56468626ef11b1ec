import { Problem } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import { findOpenQuarantine } from "./quarantineStore.ts";

export const QUARANTINE_CHANNEL = "meridian_quarantine";

/** Whether this process may change anything. */
export interface Quarantine {
  /** @throws Problem `quarantined` while the service is in quarantine */
  requireReleased(): Promise<void>;
  /** Looks again: after a connection to the database was lost, it may be another database that is there. */
  lookAgain(): Promise<void>;
}

/**
 * A restore needs a database that nobody is connected to, so a process that has seen none open has none to fear for as long as
 * it stays connected, and asks the database no more. One that has seen it open asks until it is released.
 */
export async function watchQuarantine(db: Database): Promise<Quarantine> {
  let closed = true;
  const lookAgain = async (): Promise<void> => {
    closed = true; // until the answer is there
    closed = (await findOpenQuarantine(db)) !== undefined;
  };
  await lookAgain();
  return {
    lookAgain,
    async requireReleased() {
      if (!closed) return;
      const open = await findOpenQuarantine(db);
      closed = open !== undefined;
      if (open !== undefined) throw quarantined(open.backupMadeAt);
    },
  };
}

function quarantined(backupMadeAt: Date): Problem {
  const detail =
    `This service was restored from a backup of ${backupMadeAt.toISOString()} and is in quarantine: it can be read, and ` +
    "changes nothing. Its admin settles what differs from the cloud (meridian recovery list, adopt, forget) and ends the " +
    "quarantine (meridian recovery release).";
  return new Problem("quarantined", detail, { facts: { backupMadeAt: backupMadeAt.toISOString() } });
}
