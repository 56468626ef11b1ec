import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import type { Database } from "../db/database.ts";
import type { EscrowFolder } from "./escrowFolder.ts";
import type { EscrowMirror } from "./escrowMirror.ts";
import { type Lag, readLag } from "./escrowStore.ts";

export interface EscrowLoop {
  /** How far the copies are behind; all of them while the folder was never reached. */
  lag(): Promise<Lag>;
  /** One line for who watches the service. @throws Error with the reason while copies cannot be made */
  describe(): Promise<string>;
  stop(): Promise<void>;
}

interface LoopDeps {
  readonly db: Database;
  readonly mirror: EscrowMirror;
  readonly folder: Pick<EscrowFolder, "place">;
  readonly logger: Logger;
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;

/** Looks for ended updates once a second, behind them and never in their way. */
export function startEscrowLoop({ db, mirror, folder, logger, everyMs = EVERY_MS }: LoopDeps): EscrowLoop {
  const stopping = new AbortController();
  let failure: string | undefined;
  let place: string | undefined;

  async function look(): Promise<void> {
    try {
      place = await mirror.place();
      while (!stopping.signal.aborted && (await mirror.copyDue(place)) > 0);
      if (failure !== undefined) logger.info({ escrow: folder.place }, "the escrow is written again");
      failure = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (failure !== reason)
        logger.error({ escrow: folder.place, reason }, "the escrow cannot be written; copies wait");
      failure = reason;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const lag = () => readLag(db, place ?? "");
  const running = run();
  return {
    lag,
    async describe() {
      if (failure !== undefined) throw new Error(`copies wait: ${failure}`);
      const { stacks, seconds } = await lag();
      return stacks === 0
        ? "all stacks are copied"
        : `${stacks} stack(s) wait for a copy, for up to ${Math.round(seconds)} s`;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
