import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { impatientSocket, SILENCE_MS } from "./impatientSocket.ts";

/** A connection that is held for as long as the process lives, because the server remembers something by it. */
export interface StandingConnection {
  /** The connection as it is now; a query on one that is broken rejects. */
  client(): pg.Client;
  close(): Promise<void>;
}

export interface StandingOptions {
  /** Makes a fresh connection what it is for; repeated with each new one. */
  readonly prepare: (client: pg.Client) => Promise<void>;
  readonly onLost: () => void;
  /** Called after a lost connection has been replaced and prepared. */
  readonly onRegained: () => void;
}

const RECONNECT_MS = 200;
/** A quarter of the silence at which the socket breaks, so that only a server that is gone is silent for so long. */
const BEAT_MS = SILENCE_MS / 4;

/** Opens a standing connection, and replaces it whenever it breaks or the server has gone without a word. */
export async function standConnected(url: string, options: StandingOptions): Promise<StandingConnection> {
  let closed = false;
  let replacing = false;
  let current = await connect();

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({ connectionString: url, stream: () => impatientSocket(SILENCE_MS) });
    fresh.on("error", () => void replace(fresh));
    fresh.on("end", () => void replace(fresh));
    try {
      await fresh.connect();
      await options.prepare(fresh);
      return fresh;
    } catch (error) {
      fresh.end().catch(() => undefined); // it is broken already
      throw error;
    }
  }

  async function replace(lost: pg.Client): Promise<void> {
    if (closed || replacing || lost !== current) return;
    replacing = true;
    options.onLost();
    while (!closed) {
      await delay(RECONNECT_MS);
      const fresh = await connect().catch(() => undefined); // the database is away: the next try may find it
      if (fresh === undefined) continue;
      current = fresh;
      replacing = false;
      if (closed) await fresh.end();
      else options.onRegained();
      return;
    }
  }

  const beat = setInterval(() => {
    current.query("select 1").catch(() => undefined); // a broken connection tells of itself
  }, BEAT_MS).unref();

  return {
    client: () => current,
    async close() {
      closed = true;
      clearInterval(beat);
      await current.end();
    },
  };
}
