import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database } from "../db/database.ts";
import { chainRecords } from "./auditChainStore.ts";
import { createHeadsWriter } from "./auditHeads.ts";
import type { LineSink } from "./auditSink.ts";
import { deliverRecords } from "./deliverRecords.ts";

export interface AuditKeeping {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the chain's head is written; a line of JSON each time. */
  readonly headsFile: string;
  readonly sink: LineSink | undefined;
  /** Milliseconds between two looks at the log. */
  readonly everyMs?: number;
  /** Milliseconds between two heads. */
  readonly headEveryMs?: number;
}

export interface AuditKeeper {
  /** Why a part of it does not get on, by part; what does is not in it. */
  failures(): ReadonlyMap<AuditPart, string>;
  /** Ends after everything that was committed before is chained, handed over and under a head, as far as that can be. */
  stop(): Promise<void>;
}

type AuditPart = "audit-chain" | "audit-sink" | "audit-heads";

const EVERY_MS = 500;
const HEAD_EVERY_MS = 10_000;

/** Chains what was recorded, streams it out and writes heads, beside the requests; any number of processes may do so. */
export function keepAuditLog(keeping: AuditKeeping): AuditKeeper {
  const { db, clock, logger, sink, everyMs = EVERY_MS, headEveryMs = HEAD_EVERY_MS } = keeping;
  const failures = new Map<AuditPart, string>();
  const stopping = new AbortController();
  const writeHead = createHeadsWriter(db, keeping.headsFile, clock);
  let headDue = 0;

  /** A part that fails is told of once, tried again at the next look, and does not keep the others from their work. */
  async function attempt(part: AuditPart, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (failures.delete(part)) logger.info({ part }, "the audit log gets on again");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (failures.get(part) !== reason)
        logger.error({ part, err: error }, "a part of the audit log fails; nothing is lost");
      failures.set(part, reason);
    }
  }

  async function look(head: boolean): Promise<void> {
    await attempt("audit-chain", () => untilNone(() => chainRecords(db)));
    if (sink !== undefined) await attempt("audit-sink", () => untilNone(() => deliverRecords(db, sink)));
    if (head) await attempt("audit-heads", writeHead);
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

/** For `/readyz`: the parts of the keeping, each with why it fails. */
export function auditChecks(keeper: Pick<AuditKeeper, "failures">): Readonly<Record<AuditPart, () => Promise<void>>> {
  const check = (part: AuditPart) => async () => {
    const reason = keeper.failures().get(part);
    if (reason !== undefined) throw new Error(reason);
  };
  return {
    "audit-chain": check("audit-chain"),
    "audit-sink": check("audit-sink"),
    "audit-heads": check("audit-heads"),
  };
}
