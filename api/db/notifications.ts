import type { Logger } from "../base/logger.ts";
import { standConnected } from "./standingConnection.ts";

/** Called with what was sent; with undefined after a reconnect, when anything may have been missed: read again. */
export type NotificationHandler = (payload: string | undefined) => void;

export interface Notifications {
  subscribe(channel: string, handler: NotificationHandler): () => void;
  /** Whether the connection stands, as far as is known: what is remembered until there is news is not to be trusted without. */
  isListening(): boolean;
  close(): Promise<void>;
}

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
  let listening = true;
  const connection = await standConnected(url, {
    async prepare(client) {
      client.on("notification", ({ channel, payload }) => {
        for (const handler of handlers.get(channel) ?? []) handler(payload ?? "");
      });
      for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    },
    onLost() {
      listening = false;
      logger.warn("lost the connection that listens for notifications");
    },
    onRegained() {
      for (const set of handlers.values()) for (const handler of set) handler(undefined);
      listening = true;
    },
  });

  return {
    subscribe(channel, handler) {
      const set = handlers.get(channel);
      if (set === undefined) throw new Error(`nothing listens on the channel ${channel}`);
      set.add(handler);
      return () => set.delete(handler);
    },
    isListening: () => listening,
    async close() {
      listening = false;
      await connection.close();
    },
  };
}
