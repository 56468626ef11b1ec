import { type PriceList, type SeasonStep, shape, startingAmounts } from "./seasonPlan.ts";

export const RESERVED_FOR_MS = 30 * 60_000;

interface ModelBudget {
  amount: number;
  /** Undefined for the whole team. */
  readonly stackSet: number | undefined;
  readonly reserved: Map<number, number>;
  readonly committed: Map<number, number>;
}

interface ModelHold {
  readonly updateId: string;
  readonly running: boolean;
  covered: PriceList;
  readonly expiresAt: number;
}

interface ModelTeam {
  readonly budgets: readonly ModelBudget[];
  readonly holds: Map<number, ModelHold>;
}

export interface ModelBalance {
  readonly amount: number;
  readonly free: number;
  readonly reserved: number;
  readonly committed: number;
}

/** What a worker asks of the books in a step; what it depends on besides is in it. */
export type Asked =
  | { readonly kind: "reserve"; readonly prices: PriceList }
  | { readonly kind: "begin"; readonly standing: PriceList; readonly updateId: string }
  | { readonly kind: "cover"; readonly prices: PriceList; readonly updateId: string }
  | { readonly kind: "commit"; readonly standing: PriceList | undefined }
  | { readonly kind: "release" }
  | { readonly kind: "expire" }
  | { readonly kind: "amend"; readonly budget: number; readonly amount: number };

export const total = (prices: PriceList): number => Object.values(prices).reduce((sum, price) => sum + price, 0);
const sumOf = (amounts: ReadonlyMap<number, number>): number =>
  [...amounts.values()].reduce((sum, one) => sum + one, 0);
const higher = (one: PriceList, other: PriceList): PriceList =>
  Object.fromEntries(
    [...Object.keys(one), ...Object.keys(other)].map((urn) => [urn, Math.max(one[urn] ?? 0, other[urn] ?? 0)]),
  );

/** What the books must say, told without databases, locks or accounts: maps of amounts, and one step after the other. */
export function seasonModel() {
  const teams: readonly ModelTeam[] = Array.from({ length: shape.teams }, () => ({
    budgets: startingAmounts.map((dollars, index) => ({
      amount: dollars * 1_000_000,
      stackSet: index === 0 ? undefined : index - 1,
      reserved: new Map<number, number>(),
      committed: new Map<number, number>(),
    })),
    holds: new Map<number, ModelHold>(),
  }));

  const freeOf = ({ amount, reserved, committed }: ModelBudget): number => amount - sumOf(reserved) - sumOf(committed);

  function expire({ budgets, holds }: ModelTeam, now: number, but?: number): void {
    for (const [stack, { expiresAt, running }] of holds) {
      if (running || expiresAt > now || stack === but) continue;
      for (const { reserved } of budgets) reserved.delete(stack);
      holds.delete(stack);
    }
  }

  /** Whether there was room: in all of the stack's budgets, or nothing has changed. */
  function raise(team: ModelTeam, stack: number, wanted: (budget: ModelBudget) => number, now: number): boolean {
    const own = governing(team, stack);
    const asked = new Map(own.map((budget) => [budget, wanted(budget)]));
    const short = (budget: ModelBudget): boolean => {
      const more = (asked.get(budget) ?? 0) - (budget.reserved.get(stack) ?? 0);
      return more > 0 && freeOf(budget) < more;
    };
    if (own.some(short)) expire(team, now, stack);
    if (own.some(short)) return false;
    for (const [budget, amount] of asked) budget.reserved.set(stack, amount);
    return true;
  }

  const governing = ({ budgets }: ModelTeam, stack: number): readonly ModelBudget[] =>
    budgets.filter(({ stackSet }) => stackSet === undefined || stackSet === stack % shape.stackSetsOfTeam);

  /** @returns whether it was granted */
  function apply(step: SeasonStep, asked: Asked): boolean {
    const team = teams[step.team];
    if (team === undefined) throw new Error(`there is no team ${step.team}`);
    const now = step.at.getTime();
    if (asked.kind === "expire") {
      expire(team, now);
      return true;
    }
    if (asked.kind === "amend") {
      const budget = team.budgets[asked.budget];
      if (budget !== undefined) budget.amount = asked.amount;
      return true;
    }
    if (!("stack" in step)) throw new Error(`step ${step.index} is of no stack`);
    const { stack } = step;
    const hold = team.holds.get(stack);
    switch (asked.kind) {
      case "reserve": {
        const needed = ({ committed, reserved }: ModelBudget) => {
          const increase = Math.max(0, total(asked.prices) - (committed.get(stack) ?? 0));
          return hold?.running === true ? Math.max(increase, reserved.get(stack) ?? 0) : increase;
        };
        if (!raise(team, stack, needed, now)) return false;
        const expiresAt = now + RESERVED_FOR_MS;
        if (hold?.running !== true)
          team.holds.set(stack, { updateId: step.updateId, running: false, covered: asked.prices, expiresAt });
        return true;
      }
      case "begin": {
        if (hold?.running === true && hold.updateId === asked.updateId) return true;
        const kept = hold !== undefined && !hold.running && hold.expiresAt > now;
        if (!kept) for (const { reserved } of governing(team, stack)) reserved.delete(stack);
        const covered = kept ? higher(asked.standing, hold.covered) : asked.standing;
        team.holds.set(stack, {
          updateId: asked.updateId,
          running: true,
          covered,
          expiresAt: Number.POSITIVE_INFINITY,
        });
        return true;
      }
      case "cover": {
        if (hold?.updateId !== asked.updateId) return true;
        const more = Object.entries(asked.prices).reduce(
          (sum, [urn, price]) => sum + Math.max(0, price - (hold.covered[urn] ?? 0)),
          0,
        );
        if (more === 0) return true;
        if (!raise(team, stack, ({ reserved }) => (reserved.get(stack) ?? 0) + more, now)) return false;
        hold.covered = higher(hold.covered, asked.prices);
        return true;
      }
      case "commit":
      case "release":
        for (const { reserved, committed } of governing(team, stack)) {
          reserved.delete(stack);
          if (asked.kind === "release") committed.delete(stack);
          else if (asked.standing !== undefined) committed.set(stack, total(asked.standing));
        }
        team.holds.delete(stack);
        return true;
    }
  }

  return {
    apply,
    balances: (): readonly (readonly ModelBalance[])[] =>
      teams.map(({ budgets }) =>
        budgets.map((budget) => ({
          amount: budget.amount,
          free: freeOf(budget),
          reserved: sumOf(budget.reserved),
          committed: sumOf(budget.committed),
        })),
      ),
    share: (team: number, budget: number, stack: number) => ({
      reserved: teams[team]?.budgets[budget]?.reserved.get(stack) ?? 0,
      committed: teams[team]?.budgets[budget]?.committed.get(stack) ?? 0,
    }),
  };
}
