import type { Clock } from "../base/clock.ts";
import type { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import type { Payer, PriceNotes, Spending } from "../state/index.ts";
import { bring, fits, highest, noShare, reservationFor, type Share, uncovered } from "./books.ts";
import { type BudgetRecord, budgetExceeded, governs, type TransactionKind } from "./budget.ts";
import { budgetedScopes, lockBudgets } from "./budgetStore.ts";
import { book, dropHold, findHold, keepHold, overdueHolds, sharesOf } from "./ledgerStore.ts";
import { costOf, fullName, recordCost } from "./stackCostStore.ts";

interface SpendingDeps {
  readonly clock: Clock;
  /** How long what a preview has reserved waits for its update, in milliseconds. */
  readonly reservedForMs: number;
}

/** A stack's share of each budget that governs it, those budgets being locked. */
type Shares = readonly GovernedShare[];
interface GovernedShare {
  readonly budget: BudgetRecord;
  readonly share: Share;
}

/**
 * Books what stacks are about to cost and what they cost. Whoever books has locked all budgets of the team, so any number of
 * control processes decide one after the other; the locks come after those of stack and update.
 */
export function createSpending({ clock, reservedForMs }: SpendingDeps): Spending {
  async function sharesIn(tx: Tx, payer: Payer): Promise<Shares> {
    const budgets = (await lockBudgets(tx, payer.team)).filter((budget) => governs(budget, payer));
    return withShares(tx, budgets, payer.id);
  }

  async function rebook(tx: Tx, payer: Payer, { kind, updateId, shares, to }: Rebooking): Promise<void> {
    const holder = { id: payer.id, stack: fullName(payer) };
    for (const { budget, share } of shares)
      await book(tx, {
        budgetId: budget.id,
        kind,
        entries: bring(share, to(share)),
        holder,
        updateId,
        at: clock.now(),
      });
  }

  /** Reserves in all of the stack's budgets or in none; what others let lapse is given back first where it is needed. */
  async function tryReserve(tx: Tx, payer: Payer, wanted: Wanted): Promise<Problem | undefined> {
    const { updateId, to } = wanted;
    let shares = await sharesIn(tx, payer);
    const tight = ({ budget, share }: GovernedShare) => !fits(budget.free, bring(share, to(share)));
    if (shares.some(tight)) {
      await expireOverdue(tx, { team: payer.team, now: clock.now(), but: payer.id });
      shares = await sharesIn(tx, payer);
    }
    const short = shares.find(tight);
    if (short !== undefined) return budgetExceeded(short.budget, to(short.share).reserved - short.share.reserved);
    await rebook(tx, payer, { kind: "reserve", updateId, shares, to });
    return undefined;
  }

  return {
    async governs(db, payer) {
      const scopes = await budgetedScopes(db, payer.team);
      return scopes.some((stackSet) => governs({ team: payer.team, stackSet }, payer));
    },

    async reserve(tx, payer, { updateId, price }) {
      const shares = await sharesIn(tx, payer);
      if (shares.length === 0) return undefined;
      const held = await findHold(tx, payer.id);
      const running = held?.kind === "update";
      // Beside an update that runs, a preview takes nothing from it.
      const to = (share: Share): Share => {
        const needed = reservationFor(share, price.monthly);
        return { ...share, reserved: running ? Math.max(share.reserved, needed) : needed };
      };
      const refused = await tryReserve(tx, payer, { updateId, to });
      if (refused !== undefined || running) return refused;
      const expiresAt = new Date(clock.now().getTime() + reservedForMs);
      await keepHold(tx, payer, { updateId, kind: "preview", covered: price.byUrn, ...notesOf(price), expiresAt });
      return undefined;
    },

    async begin(tx, payer, { updateId, price }) {
      const shares = await sharesIn(tx, payer);
      if (shares.length === 0) return;
      const held = await findHold(tx, payer.id);
      if (held?.kind === "update" && held.updateId === updateId) return;
      const kept = held?.expiresAt !== undefined && held.expiresAt > clock.now();
      if (!kept) await rebook(tx, payer, { kind: "expire", updateId: held?.updateId, shares, to: withoutReserve });
      const covered = kept ? highest(price.byUrn, held.covered) : price.byUrn;
      const notes = notesOf(kept ? held : price);
      await keepHold(tx, payer, { updateId, kind: "update", covered, ...notes, expiresAt: undefined });
    },

    async cover(tx, payer, { updateId, byUrn }) {
      const before = await findHold(tx, payer.id);
      // A budget that was made while the update ran governs what stands when it ends.
      if (before?.updateId !== updateId || uncovered(before.covered, byUrn) === 0) return undefined;
      const budgets = await lockBudgets(tx, payer.team); // other steps of the update wait here
      const held = await findHold(tx, payer.id);
      if (budgets.length === 0 || held?.updateId !== updateId) return undefined;
      const more = uncovered(held.covered, byUrn);
      const to = (share: Share): Share => ({ ...share, reserved: share.reserved + more });
      const refused = await tryReserve(tx, payer, { updateId, to });
      if (refused === undefined) await keepHold(tx, payer, { ...held, covered: highest(held.covered, byUrn) });
      return refused;
    },

    async commit(tx, payer, { updateId, price }) {
      const shares = await sharesIn(tx, payer);
      const to = ({ committed }: Share): Share => ({ reserved: 0, committed: price?.monthly ?? committed });
      for (const each of shares)
        await rebook(tx, payer, { kind: kindOf(each.share, to(each.share)), updateId, shares: [each], to });
      await dropHold(tx, payer.id);
      if (price !== undefined) await recordCost(tx, costOf(payer, price), clock.now());
    },

    async release(tx, payer) {
      const shares = await sharesIn(tx, payer);
      await rebook(tx, payer, { kind: "teardown", updateId: undefined, shares, to: () => noShare });
      await dropHold(tx, payer.id);
      await recordCost(tx, costOf(payer, { monthly: 0, unpriced: [], regionAssumed: [] }), clock.now());
    },
  };
}

interface Wanted {
  readonly updateId: string | undefined;
  readonly to: (share: Share) => Share;
}

interface Rebooking extends Wanted {
  readonly kind: TransactionKind;
  readonly shares: Shares;
}

const notesOf = ({ unpriced, regionAssumed }: PriceNotes): PriceNotes => ({ unpriced, regionAssumed });

const withoutReserve = ({ committed }: Share): Share => ({ reserved: 0, committed });

function kindOf(from: Share, to: Share): TransactionKind {
  if (to.committed === from.committed) return "release";
  return to.committed === 0 ? "teardown" : "commit";
}

async function withShares(tx: Tx, budgets: readonly BudgetRecord[], stackId: string): Promise<Shares> {
  const ids = budgets.map(({ id }) => id);
  const shares = await sharesOf(tx, ids, stackId);
  return budgets.map((budget) => ({ budget, share: shares.get(budget.id) ?? noShare }));
}

interface Expiry {
  readonly team: string;
  readonly now: Date;
  /** A stack whose reservation stays, since it is about to be made anew. */
  readonly but?: string;
}

const MOST_AT_ONCE = 100;

/**
 * Gives back what was reserved for previews whose update never came, of one team. Any number of processes may do so at once.
 *
 * @returns how many stacks had something reserved too long
 */
export async function expireOverdue(tx: Tx, { team, now, but }: Expiry): Promise<number> {
  const budgets = await lockBudgets(tx, team);
  const overdue = await overdueHolds(tx, { now, team, limit: MOST_AT_ONCE });
  const expired = overdue.filter(({ stackId }) => stackId !== but);
  for (const { stackId, updateId } of expired) {
    const holders = await holdersOf(tx, stackId);
    const shares = await withShares(tx, budgets, stackId);
    for (const { budget, share } of shares) {
      const entries = bring(share, withoutReserve(share));
      const holder = holders.get(budget.id);
      await book(tx, { budgetId: budget.id, kind: "expire", entries, holder, updateId, at: now });
    }
    await dropHold(tx, stackId);
  }
  return expired.length;
}

async function holdersOf(tx: Tx, stackId: string) {
  const query = tx.selectFrom("budgetShares").select(["budgetId", "stack"]).where("stackId", "=", stackId);
  return new Map((await query.execute()).map(({ budgetId, stack }) => [budgetId, { id: stackId, stack }]));
}
