import type { Logger } from "../base/logger.ts";

/** While the database is away, DBOS tells of each look at each queue, fifty times a second; of one kind one line is enough for so long. */
const SAME_AGAIN_MS = 10_000;

/**
 * DBOS's log in ours: what it says of queues and launches is detail at this service's level, and what it repeats is said once,
 * with how often it was said since.
 *
 * @param now milliseconds that only ever rise
 */
export function quietLog(logger: Logger, now: () => number = () => performance.now()) {
  const told = new Map<string, { readonly at: number; readonly repeated: number }>();

  /** How often it was left out since it was last said; undefined when it is to be left out again. */
  function repetitions(text: string): number | undefined {
    const kind = text.split(":", 1)[0] ?? text; // what failed stands before the colon, and why behind it
    const before = told.get(kind);
    if (before !== undefined && now() - before.at < SAME_AGAIN_MS) {
      told.set(kind, { at: before.at, repeated: before.repeated + 1 });
      return undefined;
    }
    told.set(kind, { at: now(), repeated: 0 });
    return before?.repeated ?? 0;
  }

  const forward = (level: "debug" | "warn" | "error") => (entry: unknown, metadata?: object) => {
    const text = String(entry);
    const repeated = level === "debug" ? 0 : repetitions(text);
    if (repeated === undefined) return;
    const facts = { ...metadata, err: entry instanceof Error ? entry : undefined };
    logger[level](repeated === 0 ? facts : { ...facts, repeated }, `durable: ${text}`);
  };
  return { info: forward("debug"), debug: forward("debug"), warn: forward("warn"), error: forward("error") };
}
