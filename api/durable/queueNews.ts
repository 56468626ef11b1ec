import { wfQueueRunner } from "@dbos-inc/dbos-sdk/internal/wfqueue";

export interface QueueNews {
  /** Something has come onto the queue, or something of it has ended: it is worth a look. */
  tell(queue: string): void;
  tellAll(): void;
  /** Gives the library its own polling back. */
  stop(): void;
}

/** The library polls at this pace; without news a poll asks the database nothing. */
export const TICK_MS = 10;
/** A queue without news is looked at so often all the same: a notification may be lost, and another process may free a partition. */
const UNTOLD_MS = 300;
/** After news, looks go on for so long: who is told that a workflow has ended hears it before its row says so. */
const LIVELY_MS = 60;

type Poll = (exec: unknown, queue: { readonly name: string }) => Promise<boolean>;

/**
 * Lets the library's poller ask the database only when there is news of a queue. Each of its looks is four statements, whether anything is
 * there or not; a pace that nobody has to wait for would cost more than the work. Where the library no longer polls by that name, it
 * polls as it likes.
 */
export function pollOnNews(now: () => number = () => performance.now()): QueueNews {
  const runner = wfQueueRunner as unknown as { pollQueue?: Poll }; // private in the library's types, an own method at run time
  const poll = runner.pollQueue?.bind(wfQueueRunner);
  const looked = new Map<string, number>();
  const lively = new Map<string, number>();
  let all = Number.NEGATIVE_INFINITY;
  if (poll !== undefined) {
    runner.pollQueue = async (exec, queue) => {
      const at = now();
      const told = Math.max(lively.get(queue.name) ?? Number.NEGATIVE_INFINITY, all);
      const due = at < told + LIVELY_MS || at >= (looked.get(queue.name) ?? Number.NEGATIVE_INFINITY) + UNTOLD_MS;
      if (!due) return false;
      looked.set(queue.name, at);
      return poll(exec, queue);
    };
  }
  return {
    tell: (queue) => void lively.set(queue, now()),
    tellAll() {
      all = now();
    },
    stop() {
      delete runner.pollQueue; // the method of its class stands behind it
    },
  };
}
