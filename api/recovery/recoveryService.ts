import { setTimeout as delay } from "node:timers/promises";
import type { Caller } from "../base/caller.ts";
import type { Logger } from "../base/logger.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { absent } from "../http/schemas.ts";
import type { DivergenceKind, SettlementWay } from "./divergence.ts";
import { settling } from "./divergence.ts";
import {
  countDivergences,
  type DivergenceRecord,
  listDivergences,
  lockDivergence,
  replaceOpen,
} from "./divergenceStore.ts";
import { endInFlight, type InFlightDeps } from "./endInFlight.ts";
import { type ListingDeps, listDivergent } from "./listing.ts";
import { QUARANTINE_CHANNEL } from "./quarantine.ts";
import {
  changeQuarantine,
  findLatestQuarantine,
  findOpenQuarantine,
  lockOpenQuarantine,
  type QuarantineRecord,
  tellOfRelease,
} from "./quarantineStore.ts";
import { createSettle, type SettleDeps } from "./settleService.ts";

export interface RecoveryDeps extends InFlightDeps, ListingDeps, SettleDeps {
  readonly logger: Logger;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
}

type Counts = Readonly<Record<DivergenceKind, number>>;

export interface QuarantineStatus {
  /** `none`: this service was never restored. */
  readonly status: "none" | "listing" | "settling" | "settled" | "released";
  readonly quarantine: QuarantineRecord | undefined;
  readonly open: Counts;
  readonly total: Counts;
}

/** The divergences of one stack. */
export interface StackChoice {
  readonly project: string;
  readonly stack: string;
  readonly team: string | undefined;
}

export interface RecoveryService {
  /** In quarantine: ends what was under way and lists divergences, again and again until the clouds have answered. */
  begin(): Promise<void>;
  status(db: Database | Tx): Promise<QuarantineStatus>;
  /** Forgets the list of what is open, for `begin` to make it again. */
  listAgain(tx: Tx): Promise<QuarantineStatus>;
  settleOne(
    tx: Tx,
    id: string,
    how: { caller: Caller; way: SettlementWay; team: string | undefined },
  ): Promise<DivergenceRecord>;
  /** All open divergences of a stack for which the way means to bring its state and its cloud together. @returns how many */
  settleStack(tx: Tx, stack: StackChoice, how: { caller: Caller; way: SettlementWay }): Promise<number>;
  /** @throws Problem `invalid-transition` while something is open, unless overridden */
  release(tx: Tx, how: { readonly caller: Caller; readonly override: boolean }): Promise<QuarantineStatus>;
}

const RETRY_MS = 2_000;

export function createRecoveryService(deps: RecoveryDeps): RecoveryService {
  const { db, clock, logger, signal } = deps;
  const settle = createSettle(deps);

  async function list(): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const quarantine = await lockOpenQuarantine(tx);
      if (quarantine === undefined || quarantine.listedAt !== undefined) return;
      const { divergences, unasked } = await listDivergent(tx, deps);
      await replaceOpen(tx, quarantine.id, divergences);
      await changeQuarantine(tx, quarantine.id, { listedAt: clock.now(), unasked });
      logger.info({ quarantine: quarantine.id, divergences: divergences.length, unasked }, "divergences were listed");
    });
  }

  async function statusOf(from: Database | Tx): Promise<QuarantineStatus> {
    const quarantine = await findLatestQuarantine(from);
    if (quarantine === undefined) return { status: "none", quarantine, open: none, total: none };
    const counts = await countDivergences(from, quarantine.id);
    const open = tally(counts.filter(({ status }) => status === "open"));
    return { status: statusWord(quarantine, open), quarantine, open, total: tally(counts) };
  }

  async function listedQuarantine(tx: Tx): Promise<QuarantineRecord> {
    const quarantine = await lockOpenQuarantine(tx);
    if (quarantine === undefined) throw new Problem("invalid-transition", "The service is not in quarantine.");
    if (quarantine.listedAt !== undefined) return quarantine;
    throw new Problem(
      "invalid-transition",
      "The divergences are still being listed. Ask GET /v1/quarantine, then try again.",
    );
  }

  return {
    async begin() {
      const open = await findOpenQuarantine(db);
      if (open !== undefined) logger.warn({ quarantine: open.id, backupMadeAt: open.backupMadeAt }, "in quarantine");
      while (!signal.aborted && (await findOpenQuarantine(db)) !== undefined) {
        try {
          await endInFlight(deps);
          await list();
          return;
        } catch (error) {
          logger.warn({ err: error }, "the divergences could not be listed; trying again");
          await delay(RETRY_MS, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
        }
      }
    },

    status: statusOf,

    async listAgain(tx) {
      const { id } = await listedQuarantine(tx);
      await tx.updateTable("quarantines").set({ listedAt: null }).where("id", "=", id).execute();
      return statusOf(tx);
    },

    async settleOne(tx, id, how) {
      const quarantine = await listedQuarantine(tx);
      const found = await lockDivergence(tx, quarantine.id, id);
      if (found === undefined) throw absent("divergence", id);
      if (found.status !== "open") {
        const detail = `The divergence ${id} is ${found.status} already. If it is there again, list them again: POST /v1/quarantine/listing.`;
        throw new Problem("invalid-transition", detail);
      }
      await settle(tx, [found], how);
      return (await lockDivergence(tx, quarantine.id, id)) ?? found;
    },

    async settleStack(tx, { project, stack, team }, { caller, way }) {
      const { id } = await listedQuarantine(tx);
      const open = await listDivergences(tx, { quarantine: id, status: "open", project, stack });
      const meant = open.filter(({ kind }) => settling[kind][way] !== undefined && (way === "adopt" || isGone(kind)));
      const owners = Map.groupBy(
        meant.filter((each) => each.team === undefined || each.team === (team ?? each.team)),
        (each) => each.stackId ?? "",
      );
      for (const divergences of owners.values()) await settle(tx, divergences, { caller, way, team });
      return [...owners.values()].flat().length;
    },

    async release(tx, { caller, override }) {
      const quarantine = await lockOpenQuarantine(tx);
      if (quarantine === undefined) throw new Problem("invalid-transition", "The service is not in quarantine.");
      const { open } = await statusOf(tx);
      const left = leftToDo(quarantine, open);
      if (left !== undefined && !override) {
        const detail = `${left} Settle the rest, or release with "override": true and answer for what then goes on.`;
        throw new Problem("invalid-transition", detail, { facts: { open } });
      }
      const release = { at: clock.now(), by: caller.name, overridden: left !== undefined };
      await changeQuarantine(tx, quarantine.id, { release });
      await tellOfRelease(tx, QUARANTINE_CHANNEL);
      return statusOf(tx);
    },
  };
}

/** Forgotten without a word for each would be: what still stands in the cloud, and what somebody has changed there. */
const isGone = (kind: DivergenceKind): boolean => kind === "in-state" || kind === "never-made";

const none: Counts = { "in-cloud": 0, "in-state": 0, changed: 0, "never-made": 0 };

function tally(counts: readonly { readonly kind: DivergenceKind; readonly count: number }[]): Counts {
  const sums: Record<DivergenceKind, number> = { ...none };
  for (const { kind, count } of counts) sums[kind] += count;
  return sums;
}

const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

function statusWord({ releasedAt, listedAt }: QuarantineRecord, open: Counts): QuarantineStatus["status"] {
  if (releasedAt !== undefined) return "released";
  if (listedAt === undefined) return "listing";
  return sumOf(open) > 0 ? "settling" : "settled";
}

function leftToDo({ listedAt, unasked }: QuarantineRecord, open: Counts): string | undefined {
  if (listedAt === undefined) return "The divergences are not listed yet.";
  const count = sumOf(open);
  if (count > 0) return `${count} divergences are open.`;
  if (unasked.length === 0) return undefined;
  const some = unasked.slice(0, 5).join(", ");
  return `The clouds of ${unasked.length} stacks could not be asked: ${some}${unasked.length > 5 ? ", …" : ""}.`;
}
