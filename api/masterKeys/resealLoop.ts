import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import type { Keyring, Resealing } from "../state/index.ts";

export interface ResealLoop {
  /** There may be something to do: a version was made, or somebody asked to retire one. */
  look(): void;
  stop(): Promise<void>;
}

interface LoopDeps {
  readonly keyring: Pick<Keyring, "version" | "oldest">;
  readonly resealing: Resealing;
  readonly logger: Logger;
  /** How often to look whether a version has become active, in milliseconds. */
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;

/**
 * Reseals in the background, at most half of the time, so that requests keep the other half of this process. Any number of
 * processes may do so: a row that another one was faster at is left alone.
 */
export function startResealLoop({ keyring, resealing, logger, everyMs = EVERY_MS }: LoopDeps): ResealLoop {
  const stopping = new AbortController();
  let asked = true;
  let passedFor = 0;

  async function pass(): Promise<void> {
    const { version } = keyring;
    let rows = 0;
    for (;;) {
      const begun = performance.now();
      const done = await resealing.batch();
      rows += done;
      if (done === 0 || stopping.signal.aborted) break;
      await delay(performance.now() - begun, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    if (rows > 0) logger.info({ version, rows }, "resealed");
    // A pass that found something may have been overtaken by a process that had not learnt of the version; one more will tell.
    if (rows === 0 && !stopping.signal.aborted) passedFor = version;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const due = keyring.oldest < keyring.version && (asked || passedFor !== keyring.version);
      asked = false;
      if (due)
        await pass().catch((error: unknown) => logger.warn({ err: error }, "resealing stopped, and begins again"));
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    look: () => {
      asked = true;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
