import type { Logger } from "../base/logger.ts";
import { budgetRoutes } from "../budgets/budgetRoutes.ts";
import { createBudgetService } from "../budgets/budgetService.ts";
import { keepBudgets } from "../budgets/keepBudgets.ts";
import type { Route } from "../http/route.ts";
import { spendRoutes } from "../spend/spendRoutes.ts";
import { createSpendService } from "../spend/spendService.ts";
import type { StateBackend } from "../state/index.ts";
import type { Ground } from "./openGround.ts";

interface BudgetDeps {
  readonly state: StateBackend;
  readonly logger: Logger;
}

/** Budgets and what was really spent: what is asked about them, and the reservations that lapse by themselves. */
export function wireBudgets({ db, clock }: Ground, { state, logger }: BudgetDeps) {
  const budgets = createBudgetService({ clock, standingPrices: state.standingPrices });
  const keeper = keepBudgets({
    db,
    clock,
    logger,
    endAbandoned: (stackId) => state.awaitLeaseFree(stackId, clock.now()),
  });
  const spend = createSpendService({ clock, stacksByCloudId: state.stacksByCloudId });
  const routes: readonly Route[] = [...budgetRoutes(budgets), ...spendRoutes(spend, clock)];
  return { routes, stop: () => keeper.stop() };
}
