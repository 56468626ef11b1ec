import type { Notifications } from "./notifications.ts";

/** Waits for news about one subject. News that came since the last wait ends the next one at once: none is missed. */
export interface Watch {
  next(limitMs: number): Promise<void>;
  close(): void;
}

export type WatchSubject = (subject: string) => Watch;

/** Watches for the subjects whose ids are sent on a channel. Look at the tables first, then wait, and look again. */
export function watchChannel(notifications: Notifications, channel: string): WatchSubject {
  const watches = new Map<string, Set<() => void>>();
  notifications.subscribe(channel, (payload) => {
    const told = payload === undefined ? [...watches.values()] : [watches.get(payload) ?? []];
    for (const set of told) for (const tell of set) tell();
  });

  return (subject) => {
    let news = false;
    let wake: (() => void) | undefined;
    const tell = () => {
      news = true;
      wake?.();
    };
    const set = watches.get(subject) ?? new Set();
    watches.set(subject, set.add(tell));
    return {
      async next(limitMs) {
        if (!news) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, limitMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          wake = undefined;
        }
        news = false;
      },
      close() {
        set.delete(tell);
        if (set.size === 0) watches.delete(subject);
        wake?.();
      },
    };
  };
}
