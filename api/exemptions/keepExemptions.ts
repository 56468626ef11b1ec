import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database, Tx } from "../db/database.ts";
import type { AuditSink } from "../http/audit.ts";
import { DAY_MS, type ExemptionLimits } from "./exemption.ts";

interface KeepingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditSink;
  readonly logger: Logger;
  readonly limits: ExemptionLimits;
}

export interface ExemptionKeeper {
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
const theService = { id: "meridian", name: "meridian" };

/** Warns of exemptions that end soon, once for each of the days that are set, whichever process looks first. */
export function keepExemptions(deps: KeepingDeps): ExemptionKeeper {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await warnOfEnds(deps).catch((error: unknown) =>
        deps.logger.error({ err: error }, "exemptions cannot be looked at"),
      );
      await delay(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined); // woken to stop
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

/** One look. Of several warnings that are due at once, as of an exemption for an hour, the last is given. */
export async function warnOfEnds(deps: KeepingDeps): Promise<void> {
  const { db, limits } = deps;
  for (const days of limits.warnDays.toSorted((one, other) => one - other))
    await db.transaction().execute((tx) => warn(tx, days, deps));
}

async function warn(tx: Tx, days: number, { clock, audit, logger }: KeepingDeps): Promise<void> {
  const now = clock.now();
  const due = await tx
    .updateTable("exemptions")
    .set({ warned: sql`warned || ${days}::integer` })
    .where("decision", "=", "approved")
    .where("endsAt", ">", now)
    .where("endsAt", "<=", new Date(now.getTime() + days * DAY_MS))
    .where(sql<boolean>`not exists (select from unnest(warned) as given where given <= ${days}::integer)`)
    .where(sql<boolean>`(max_uses is null or uses < max_uses)`)
    .returning(["id", "team", "policy", "endsAt", "requester"])
    .execute();
  for (const { id, team, policy, endsAt, requester } of due) {
    const details = { policy, endsAt: endsAt.toISOString(), days, requester };
    await audit.record(tx, {
      caller: theService,
      action: "exemption.warn",
      subject: `/v1/exemptions/${id}`,
      team,
      outcome: "done",
      details,
    });
    logger.warn({ exemption: id, ...details }, "an exemption ends soon");
  }
}
