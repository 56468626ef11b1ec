import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../../base/logger.ts";
import type { OwedJudgements } from "./owedJudgements.ts";

interface KeepingDeps {
  readonly settleAbandoned: OwedJudgements["settleAbandoned"];
  readonly logger: Logger;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
}

const EVERY_MS = 10_000;

/** Judges the ends that dead processes left behind, from the start on and beside the requests; any number of processes may do so. */
export function keepOwedJudgements({ settleAbandoned, logger, everyMs = EVERY_MS }: KeepingDeps): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await settleAbandoned().catch((error: unknown) =>
        logger.warn(
          { err: error },
          "it is not known what ends of updates are owed a judgement, and will be asked again",
        ),
      );
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined); // woken to stop
    }
  }
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
