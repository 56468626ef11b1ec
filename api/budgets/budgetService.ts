import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { type IfMatch, requireMatch } from "../http/etag.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { absent } from "../http/schemas.ts";
import type { StateBackend } from "../state/index.ts";
import { allot, bring, noShare } from "./books.ts";
import { type BudgetRecord, type BudgetView, governs } from "./budget.ts";
import { closeBooks, findBudget, insertBudget, listBudgets, lockBudgets, touchBudget } from "./budgetStore.ts";
import { viewsOf } from "./budgetViews.ts";
import { book } from "./ledgerStore.ts";
import { costOf, presentCosts, recordCost, type StackCost } from "./stackCostStore.ts";

interface BudgetDeps {
  readonly clock: Clock;
  /** What stacks of a team cost of which nothing was put down yet: they stood before costs were. */
  readonly standingPrices: StateBackend["standingPrices"];
}

export interface BudgetService {
  /** @param team all teams' without it */
  list(db: Database, request: PageRequest & { readonly team: string | undefined }): Promise<Page<BudgetView>>;
  /** @throws Problem `not-found`, also for another team's */
  get(db: Database, id: string, team: string | undefined): Promise<BudgetView>;
  /** @throws Problem `already-exists`, `not-found` (the team) */
  create(tx: Tx, budget: NewBudget): Promise<BudgetView>;
  /** @throws Problem `not-found`, `precondition-failed` */
  change(
    tx: Tx,
    id: string,
    change: { readonly amount: number; readonly ifMatch: IfMatch | undefined },
  ): Promise<BudgetView>;
  /** @throws Problem `not-found`, `precondition-failed` */
  remove(tx: Tx, id: string, ifMatch: IfMatch | undefined): Promise<BudgetRecord>;
}

interface NewBudget {
  readonly team: string;
  readonly stackSet: string | undefined;
  /** Micro-USD a month. */
  readonly amount: number;
  readonly createdBy: string;
}

export function createBudgetService({ clock, standingPrices }: BudgetDeps): BudgetService {
  /** The budget under its lock, at the generation that the caller has seen. */
  async function locked(tx: Tx, id: string, ifMatch: IfMatch | undefined): Promise<BudgetRecord> {
    const seen = await findBudget(tx, id);
    const found = seen && (await lockBudgets(tx, seen.team)).find((budget) => budget.id === id);
    if (found === undefined) throw absent("budget", id);
    requireMatch(ifMatch, found.generation);
    return found;
  }

  async function standing(tx: Tx, team: string): Promise<readonly StackCost[]> {
    const recorded = await presentCosts(tx, team);
    const others = await standingPrices(tx, team, new Set(recorded.map(({ stackId }) => stackId)));
    const found = others.map(({ payer, price }) => costOf(payer, price));
    for (const cost of found) await recordCost(tx, cost, clock.now());
    return [...recorded, ...found];
  }

  async function show(db: Database, id: string): Promise<BudgetView> {
    const found = await findBudget(db, id);
    const [view] = found === undefined ? [] : await viewsOf(db, [found]);
    if (view === undefined) throw absent("budget", id);
    return view;
  }

  return {
    async list(db, request) {
      const before = positionOf(request, z.string());
      const rows = await listBudgets(db, { ...request, before });
      const page = toPage(rows, request, { key: ({ id }) => id, item: (row) => row });
      return { ...page, items: await viewsOf(db, page.items) };
    },

    async get(db, id, team) {
      const view = await show(db, id);
      if (team !== undefined && view.team !== team) throw absent("budget", id);
      return view;
    },

    async create(tx, { amount, ...given }) {
      const { team, stackSet } = given;
      const known = await tx.selectFrom("teams").select("name").where("name", "=", team).executeTakeFirst();
      if (known === undefined) throw absent("team", team);
      await closeBooks(tx, team);
      const [id, at] = [newId("bu"), clock.now()];
      if (!(await insertBudget(tx, { ...given, id, createdAt: at }))) throw exists(team, stackSet);
      const booking = { budgetId: id, updateId: undefined, at };
      await book(tx, { ...booking, kind: "allot", entries: allot(amount), holder: undefined });
      for (const { stackId, stack, monthly } of (await standing(tx, team)).filter((cost) =>
        governs({ team, stackSet }, cost),
      )) {
        const entries = bring(noShare, { reserved: 0, committed: monthly });
        await book(tx, { ...booking, kind: "commit", entries, holder: { id: stackId, stack } });
      }
      return show(tx, id);
    },

    async change(tx, id, { amount, ifMatch }) {
      const found = await locked(tx, id, ifMatch);
      const at = clock.now();
      const entries = allot(amount - found.amount);
      await book(tx, { budgetId: id, kind: "allot", entries, holder: undefined, updateId: undefined, at });
      await touchBudget(tx, id, { at });
      return show(tx, id);
    },

    async remove(tx, id, ifMatch) {
      const found = await locked(tx, id, ifMatch);
      const at = clock.now();
      const booking = { budgetId: id, kind: "close", updateId: undefined, at } as const;
      const shares = await tx.selectFrom("budgetShares").selectAll().where("budgetId", "=", id).execute();
      for (const { stackId, stack, ...share } of shares)
        await book(tx, { ...booking, entries: bring(share, noShare), holder: { id: stackId, stack } });
      await book(tx, { ...booking, entries: allot(-found.amount), holder: undefined });
      await touchBudget(tx, id, { at, removed: true });
      return found;
    },
  };
}

function exists(team: string, stackSet: string | undefined): Problem {
  const whose = stackSet === undefined ? `The team ${team}` : `The stack set ${stackSet} of the team ${team}`;
  return new Problem("already-exists", `${whose} has a budget. Change its amount, or remove it first.`);
}
