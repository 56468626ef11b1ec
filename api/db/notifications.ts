import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../base/logger.ts";

/** Called with what was sent; with undefined after a reconnect, when anything may have been missed: read again. */
export type NotificationHandler = (payload: string | undefined) => void;

export interface Notifications {
  subscribe(channel: string, handler: NotificationHandler): () => void;
  close(): Promise<void>;
}

const RECONNECT_MS = 200;

/**
 * One connection that listens for the database's notifications. They carry ids and nothing else, and are a hint to look,
 * never the news itself: what is lost while the connection is away is found by reading the tables.
 */
export async function listenToDatabase(
  url: string,
  channels: readonly string[],
  logger: Logger,
): Promise<Notifications> {
  const handlers = new Map<string, Set<NotificationHandler>>(channels.map((channel) => [channel, new Set()]));
  let closed = false;
  let client = await connect();

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({ connectionString: url });
    fresh.on("error", () => void reconnect(fresh));
    fresh.on("end", () => void reconnect(fresh));
    fresh.on("notification", ({ channel, payload }) => {
      for (const handler of handlers.get(channel) ?? []) handler(payload ?? "");
    });
    await fresh.connect();
    for (const channel of channels) await fresh.query(`listen ${fresh.escapeIdentifier(channel)}`);
    return fresh;
  }

  let reconnecting = false;
  async function reconnect(lost: pg.Client): Promise<void> {
    if (closed || reconnecting || lost !== client) return;
    reconnecting = true;
    logger.warn("lost the connection that listens for notifications");
    while (!closed) {
      await delay(RECONNECT_MS);
      const fresh = await connect().catch(() => undefined);
      if (fresh === undefined) continue;
      client = fresh;
      break;
    }
    reconnecting = false;
    for (const set of handlers.values()) for (const handler of set) handler(undefined);
  }

  return {
    subscribe(channel, handler) {
      const set = handlers.get(channel);
      if (set === undefined) throw new Error(`nothing listens on the channel ${channel}`);
      set.add(handler);
      return () => set.delete(handler);
    },
    async close() {
      closed = true;
      await client.end();
    },
  };
}
