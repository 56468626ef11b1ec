import type { Notifications } from "./notifications.ts";

/** Waits for news about its subjects. News that came since the last wait ends the next one at once: none is missed. */
export interface Watch {
  next(limitMs: number): Promise<void>;
  close(): void;
}

export type WatchSubject = (...subjects: readonly string[]) => Watch;

/** Watches for the subjects whose ids are sent on a channel. Look at the tables first, then wait, and look again. */
export function watchChannel(notifications: Notifications, channel: string): WatchSubject {
  const watches = new Map<string, Set<() => void>>();
  notifications.subscribe(channel, (payload) => {
    const told = payload === undefined ? [...watches.values()] : [watches.get(payload) ?? []];
    for (const set of told) for (const tell of set) tell();
  });

  return (...subjects) => {
    let news = false;
    let wake: (() => void) | undefined;
    const tell = () => {
      news = true;
      wake?.();
    };
    for (const subject of subjects) watches.set(subject, (watches.get(subject) ?? new Set()).add(tell));
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
        for (const subject of subjects) {
          const set = watches.get(subject);
          set?.delete(tell);
          if (set?.size === 0) watches.delete(subject);
        }
        wake?.();
      },
    };
  };
}
