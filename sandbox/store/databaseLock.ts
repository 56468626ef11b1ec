import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

/** Any number; the lock is per database, so it collides only with itself. */
const KEY = 7_305_118_204_531;
const RETRY_MS = 100;
const PATIENCE_MS = 10_000;

export interface DatabaseLock {
  release(): Promise<void>;
}

/**
 * One sandbox a database: its memory is the authority, and two would overwrite each other. Waits a little for a predecessor
 * that is ending; rejects when another one stays. When the lock is lost with its connection it is taken again, and
 * `lost` is called when somebody else was quicker.
 */
export async function lockDatabase(url: string, lost: (error: Error) => void): Promise<DatabaseLock> {
  let released = false;
  let client = await take(url);
  const watch = (): void => {
    let gone = false;
    client.on("error", () => {
      // A connection may tell of its end more than once; a second successor would find the lock held by the first.
      if (released || gone) return;
      gone = true;
      void again();
    });
  };
  const again = async (): Promise<void> => {
    for (;;) {
      try {
        client = await take(url);
        if (released) await client.end();
        else watch();
        return;
      } catch (error) {
        if (released) return;
        if (error instanceof LockedError) {
          lost(error);
          return;
        }
        await delay(RETRY_MS);
      }
    }
  };
  watch();
  return {
    release: async () => {
      released = true;
      await client.end();
    },
  };
}

class LockedError extends Error {}

async function take(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "meridian-sandbox", keepAlive: true });
  client.on("error", () => undefined); // a server that starts may drop the connection again; the query below rejects then
  await client.connect();
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [KEY]);
    if (rows[0]?.taken === true) return client;
    if (Date.now() > deadline) break;
    await delay(RETRY_MS);
  }
  await client.end();
  throw new LockedError("another sandbox serves this database; end it, or give this one a database of its own");
}
