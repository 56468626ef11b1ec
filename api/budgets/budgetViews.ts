import type { Database } from "../db/database.ts";
import { type BudgetRecord, type BudgetView, governs } from "./budget.ts";
import { moneyOf } from "./money.ts";
import { presentCosts, type StackCost } from "./stackCostStore.ts";

/** Budgets as they are shown, each with what its stacks have of it and what of them has no price. */
export async function viewsOf(db: Database, budgets: readonly BudgetRecord[]): Promise<BudgetView[]> {
  if (budgets.length === 0) return [];
  const shares = await db
    .selectFrom("budgetShares")
    .leftJoin("budgetHolds", "budgetHolds.stackId", "budgetShares.stackId")
    .select(["budgetId", "budgetShares.stackId as stackId", "stack", "reserved", "committed", "expiresAt"])
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
      .map(({ stackId, stack }) => ({ stackId, stack, reserved: 0, committed: 0, expiresAt: null }));
    const stacks = [...own, ...unasked]
      .map((share) => shareView(share, costs.find(({ stackId }) => stackId === share.stackId)?.unpriced ?? []))
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

/** Undefined for a stack that has nothing of the budget and nothing that the budget would not know of. */
function shareView(share: ShareRow, unpriced: StackCost["unpriced"]): BudgetView["stacks"][number] | undefined {
  const { stack, reserved, committed, expiresAt } = share;
  if (reserved === 0 && committed === 0 && unpriced.length === 0) return undefined;
  const until = reserved > 0 && expiresAt !== null ? { reservedUntil: expiresAt.toISOString() } : {};
  return { stack, reserved: moneyOf(reserved), committed: moneyOf(committed), ...until, unpriced: [...unpriced] };
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
    stacks,
    generation,
    createdBy,
    createdAt: budget.createdAt.toISOString(),
    updatedAt: budget.updatedAt.toISOString(),
  };
}
