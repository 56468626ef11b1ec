import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database } from "../db/database.ts";
import { type ChainStore, chainRecords } from "./chainStore.ts";
import type { HeadsPlace } from "./headsPlace.ts";
import { createHeadsWriter } from "./headsWriter.ts";

export interface ChainKeeping {
  readonly db: Database;
  readonly store: ChainStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the chain's head is written. */
  readonly heads: HeadsPlace;
  /** Hands what was chained to somebody else, a batch at a time. @returns how many records */
  readonly deliver?: (() => Promise<number>) | undefined;
  /** Milliseconds between two looks at the log. */
  readonly everyMs?: number;
  /** Milliseconds between two heads. */
  readonly headEveryMs?: number;
}

export interface ChainKeeper {
  /** Why a part of it does not get on, by part; what does is not in it. */
  failures(): ReadonlyMap<ChainPart, string>;
  /** Ends after everything that was committed before is chained, handed over and under a head, as far as that can be. */
  stop(): Promise<void>;
}

type ChainPart = "chain" | "sink" | "heads";

const EVERY_MS = 500;
const HEAD_EVERY_MS = 10_000;

/** Chains what was recorded, streams it out and writes heads, beside the requests; any number of processes may do so. */
export function keepChain(keeping: ChainKeeping): ChainKeeper {
  const { db, store, clock, logger, deliver, everyMs = EVERY_MS, headEveryMs = HEAD_EVERY_MS } = keeping;
  const failures = new Map<ChainPart, string>();
  const stopping = new AbortController();
  const writeHead = createHeadsWriter({ db, store, place: keeping.heads, clock });
  let headDue = 0;

  /** A part that fails is told of once, tried again at the next look, and does not keep the others from their work. */
  async function attempt(part: ChainPart, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (failures.delete(part)) logger.info({ part }, `${store.name} gets on again`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (failures.get(part) !== reason)
        logger.error({ part, err: error }, `a part of ${store.name} fails; nothing is lost`);
      failures.set(part, reason);
    }
  }

  async function look(head: boolean): Promise<void> {
    await attempt("chain", () => untilNone(() => chainRecords(db, store)));
    if (deliver !== undefined) await attempt("sink", () => untilNone(deliver));
    if (head) await attempt("heads", writeHead);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const now = performance.now();
      await look(now >= headDue);
      if (now >= headDue) headDue = now + headEveryMs;
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined); // woken to stop
    }
    await look(true);
  }

  const ended = run();
  return {
    failures: () => failures,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function untilNone(work: () => Promise<number>): Promise<void> {
  while ((await work()) > 0);
}

/** For `/readyz`: a part of the keeping, which throws with why it fails. */
export const chainCheck = (keeper: Pick<ChainKeeper, "failures">, part: ChainPart) => async (): Promise<void> => {
  const reason = keeper.failures().get(part);
  if (reason !== undefined) throw new Error(reason);
};
