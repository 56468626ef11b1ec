import { sql } from "kysely";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database } from "../db/database.ts";
import type { Notifications } from "../db/notifications.ts";
import type { ExemptedPlace, Exemption, ExemptionsOf } from "../gate/index.ts";
import { type ExemptionLimits, warnsFrom } from "./exemption.ts";
import { EXEMPTIONS_CHANGED, type ExemptionRow } from "./exemptionStore.ts";

/** The granted exemptions that have not ended, as judgements ask for them. */
export interface LiveExemptions {
  /** Those that may cover a stack; when they hold, and whether they cover a verdict, is for `applyExemptions`. */
  readonly exemptionsOf: ExemptionsOf;
  /** Those of a stack's place that are in force, or will be within the hour, and have uses left. */
  bundledFor(place: ExemptedPlace): Promise<readonly Exemption[]>;
  /** To be called when what is remembered may be outdated. */
  forget(): void;
  /** Remembers from now on what was read, until there is news of a change. */
  listenTo(notifications: Pick<Notifications, "subscribe" | "isListening">): void;
}

interface LiveDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: ExemptionLimits;
  readonly logger: Pick<Logger, "error">;
}

interface Granted {
  readonly exemption: Exemption;
  readonly maxUses: number | undefined;
  readonly uses: number;
  /** What has used it, of one whose uses are limited. */
  readonly usedBy: ReadonlySet<string>;
}

const HOUR_MS = 3_600_000;

/**
 * Asked at each judgement that found something, so what was read is remembered, but only for as long as this process hears
 * of changes: one that is deaf reads each time. News comes a moment late; what is taken by an exemption is therefore checked
 * again by the transaction that acknowledges it (`useExemptions.ts`).
 */
export function createLiveExemptions({ db, clock, limits, logger }: LiveDeps): LiveExemptions {
  let remembered: Promise<readonly Granted[]> | undefined;
  let isListening = (): boolean => false;

  async function read(): Promise<readonly Granted[]> {
    const rows = await db
      .selectFrom("exemptions")
      .selectAll("exemptions")
      .select(
        sql<string[]>`array(select work from exemption_uses where exemption = id and max_uses is not null)`.as(
          "usedBy",
        ),
      )
      .where("decision", "=", "approved")
      .where("endsAt", ">", clock.now())
      .orderBy("id")
      .execute();
    return rows.map((row) => toGranted(row, limits));
  }

  function granted(): Promise<readonly Granted[]> {
    if (!isListening()) return read();
    const known = remembered ?? read();
    remembered = known;
    known.catch(() => {
      if (remembered === known) remembered = undefined;
    });
    return known;
  }

  /** Who judges takes a failure for "nothing is exempted": it is told of here. */
  async function grantedOrTold(): Promise<readonly Granted[]> {
    try {
      return await granted();
    } catch (error) {
      logger.error({ err: error }, "the exemptions cannot be read: nothing is exempted");
      throw error;
    }
  }

  return {
    async exemptionsOf({ work }) {
      const all = await grantedOrTold();
      return all
        .filter((one) => hasUsesLeft(one) || (work !== undefined && one.usedBy.has(work)))
        .map(({ exemption }) => exemption);
    },
    async bundledFor(place) {
      const all = await granted();
      const now = clock.now().getTime();
      return all
        .filter(hasUsesLeft)
        .map(({ exemption }) => exemption)
        .filter(({ scope }) => placeKeys.every((key) => scope[key] === undefined || scope[key] === place[key]))
        .filter(({ startsAt, endsAt }) => Date.parse(startsAt) <= now + HOUR_MS && now < Date.parse(endsAt));
    },
    forget() {
      remembered = undefined;
    },
    listenTo(notifications) {
      notifications.subscribe(EXEMPTIONS_CHANGED, () => {
        remembered = undefined;
      });
      isListening = () => notifications.isListening();
    },
  };
}

const placeKeys = ["team", "project", "stack", "stackSet", "region"] as const;

const hasUsesLeft = ({ maxUses, uses }: Granted): boolean => maxUses === undefined || uses < maxUses;

function toGranted(row: ExemptionRow & { readonly usedBy: readonly string[] }, limits: ExemptionLimits): Granted {
  const { id, policy, team, project, stack, stackSet, region, urn, ceiling, reason, decidedBy, startsAt, endsAt } = row;
  const warns = warnsFrom(endsAt, limits);
  return {
    exemption: {
      id,
      policy,
      scope: {
        team,
        ...(project !== null && { project }),
        ...(stack !== null && { stack }),
        ...(stackSet !== null && { stackSet }),
        ...(region !== null && { region }),
        ...(urn !== null && { urn }),
      },
      ...(ceiling !== null && { ceiling }),
      reason,
      approvedBy: decidedBy ?? "unknown",
      // A granted one has a start: the table's check constraint holds it.
      startsAt: (startsAt ?? endsAt).toISOString(),
      endsAt: endsAt.toISOString(),
      ...(warns !== undefined && { warnsFrom: warns.toISOString() }),
    },
    maxUses: row.maxUses ?? undefined,
    uses: row.uses,
    usedBy: new Set(row.usedBy),
  };
}
