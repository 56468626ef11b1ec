import type { Database } from "../db/database.ts";
import type { PriceNotes } from "../state/index.ts";
import { noShare } from "./books.ts";
import { type BudgetRecord, type BudgetView, governs } from "./budget.ts";
import { moneyOf } from "./money.ts";
import { presentCosts } from "./stackCostStore.ts";

/** Budgets as they are shown, each with what its stacks have of it and what of them has no price. */
export async function viewsOf(db: Database, budgets: readonly BudgetRecord[]): Promise<BudgetView[]> {
  if (budgets.length === 0) return [];
  const shares = await db
    .selectFrom("budgetShares")
    .leftJoin("budgetHolds", "budgetHolds.stackId", "budgetShares.stackId")
    .select(["budgetId", "budgetShares.stackId as stackId", "stack", "reserved", "committed", "expiresAt"])
    .select(["unpriced", "regionAssumed"])
    .where(
      "budgetId",
      "in",
      budgets.map(({ id }) => id),
    )
    .orderBy("stack")
    .execute();
  const teams = [...new Set(budgets.map(({ team }) => team))];
  const costs = (await Promise.all(teams.map((team) => presentCosts(db, team)))).flat();
  return budgets.map((budget) => {
    const own = shares.filter(({ budgetId }) => budgetId === budget.id);
    const unasked = costs
      .filter((cost) => governs(budget, cost) && !own.some(({ stackId }) => stackId === cost.stackId))
      .map(({ stackId, stack }) => ({
        stackId,
        stack,
        ...noShare,
        expiresAt: null,
        unpriced: null,
        regionAssumed: null,
      }));
    const stacks = [...own, ...unasked]
      .map((share) => shareView(share, heldNotes(share) ?? costs.find(({ stackId }) => stackId === share.stackId)))
      .filter((share) => share !== undefined);
    return budgetOf(budget, stacks);
  });
}

interface ShareRow {
  readonly stack: string;
  readonly reserved: number;
  readonly committed: number;
  readonly expiresAt: Date | null;
}

/** Of a stack for which money is held: what its preview or update would have that the money does not cover. */
function heldNotes({ unpriced, regionAssumed }: HeldNotes): PriceNotes | undefined {
  if (unpriced === null || regionAssumed === null) return undefined;
  // Written by keepHold, nowhere else.
  return { unpriced: unpriced as PriceNotes["unpriced"], regionAssumed: regionAssumed as PriceNotes["regionAssumed"] };
}

interface HeldNotes {
  /** Null where nothing is held. */
  readonly unpriced: unknown;
  readonly regionAssumed: unknown;
}

const nothingNoted: PriceNotes = { unpriced: [], regionAssumed: [] };

/** Undefined for a stack that has nothing of the budget and nothing that the budget would not know of. */
function shareView(share: ShareRow, noted: PriceNotes = nothingNoted): BudgetView["stacks"][number] | undefined {
  const { stack, reserved, committed, expiresAt } = share;
  const { unpriced, regionAssumed } = noted;
  if (reserved === 0 && committed === 0 && unpriced.length === 0) return undefined;
  const until = reserved > 0 && expiresAt !== null ? { reservedUntil: expiresAt.toISOString() } : {};
  const notes = { unpriced: [...unpriced], regionAssumed: [...regionAssumed] };
  return { stack, reserved: moneyOf(reserved), committed: moneyOf(committed), ...until, ...notes };
}

/** Of all stacks of a budget together: each type once, the most frequent first. */
function unpricedTypes(stacks: BudgetView["stacks"]): BudgetView["unpriced"] {
  const counts = new Map<string, number>();
  for (const { type, count } of stacks.flatMap(({ unpriced }) => unpriced))
    counts.set(type, (counts.get(type) ?? 0) + count);
  return [...counts]
    .map(([type, count]) => ({ type, count }))
    .toSorted((one, other) => other.count - one.count || (one.type < other.type ? -1 : 1));
}

function budgetOf(budget: BudgetRecord, stacks: BudgetView["stacks"]): BudgetView {
  const { id, team, stackSet, amount, reserved, committed, free, generation, createdBy } = budget;
  return {
    id,
    team,
    ...(stackSet === undefined ? {} : { stackSet }),
    amount: moneyOf(amount),
    reserved: moneyOf(reserved),
    committed: moneyOf(committed),
    free: moneyOf(free),
    unpriced: unpricedTypes(stacks),
    stacks,
    generation,
    createdBy,
    createdAt: budget.createdAt.toISOString(),
    updatedAt: budget.updatedAt.toISOString(),
  };
}
