/** An objective as numbers: what share of events must be good, over how many days. */
export interface Objective {
  /** In percent, as text with at most three places: `99.9`. */
  readonly target: string;
  readonly windowDays: number;
}

export type Severity = "page" | "ticket";

/** Two windows that must both burn too fast before a person hears of it. */
export interface BurnAlert {
  readonly name: "fast" | "slow" | "steady";
  readonly severity: Severity;
  readonly longMinutes: number;
  /** A twelfth of the long one: it ends the alarm soon after the burning has ended. */
  readonly shortMinutes: number;
  /** How many times faster than sustainable the budget burns. */
  readonly factor: number;
  /** The share of bad events, 0 to 1, above which a window burns that fast. */
  readonly threshold: number;
}

const minutesADay = 1440;
const windowRatio = 12;

/**
 * The share of the whole budget, in percent, that is gone when an alert rings, and the window in which it went.
 * Source: Beyer et al., The Site Reliability Workbook, chapter 5 "Alerting on SLOs", table 5-8 (multiwindow, multi-burn-rate).
 */
const plans = [
  { name: "fast", severity: "page", budgetPercent: 2, longMinutes: 60 },
  { name: "slow", severity: "page", budgetPercent: 5, longMinutes: 6 * 60 },
  { name: "steady", severity: "ticket", budgetPercent: 10, longMinutes: 3 * minutesADay },
] as const;

/** The share of events that may be bad, 0 to 1, exclusive. The text's last place is a thousandth of a percent. */
export function errorBudget(target: string): number {
  return (100_000 - Math.round(Number(target) * 1000)) / 100_000;
}

/**
 * The alerts of one objective. Over 30 days they are the workbook's: 14.4 times in 1 h and 5 min, 6 times in 6 h and 30 min, once in 3 d
 * and 6 h. Over other windows the shares of the budget stay, hence the factors move; where a factor would fall below 1, a rate at which the
 * budget lasts, the long window is shortened to where it is 1.
 */
export function burnAlerts({ target, windowDays }: Objective): readonly BurnAlert[] {
  const whole = windowDays * minutesADay;
  return plans.map(({ name, severity, budgetPercent, longMinutes: standard }) => {
    const longMinutes = Math.min(standard, (budgetPercent * whole) / 100);
    const factor = (budgetPercent * whole) / (100 * longMinutes);
    return {
      name,
      severity,
      longMinutes,
      shortMinutes: longMinutes / windowRatio,
      factor,
      threshold: rounded(factor * errorBudget(target)),
    };
  });
}

/** Nine places: fine enough for any target, coarse enough to hide how binary fractions look. */
function rounded(share: number): number {
  return Math.round(share * 1e9) / 1e9;
}

/** How many bad events the whole window may hold, when that many events come in a minute. */
export function budgetInEvents(objective: Objective, eventsPerMinute: number): number {
  return rounded(eventsPerMinute * objective.windowDays * minutesADay * errorBudget(objective.target));
}

/**
 * The least budget by which a single bad event does not ring the fastest alert: 2 % of it is one event, in whatever window.
 */
export const leastBudgetInEvents = 100 / plans[0].budgetPercent;

/** The fewest events a minute at which the objective can be measured. */
export function leastEventsPerMinute(objective: Objective): number {
  return Math.ceil((1000 * leastBudgetInEvents) / budgetInEvents(objective, 1000));
}

/** Whether each alert can ring at all: some would need more bad events than there are events. */
export function canRing(objective: Objective): boolean {
  return burnAlerts(objective).every(({ threshold }) => threshold < 1);
}

/** The lowest target, in percent, whose alerts can all ring over that window. */
export function lowestTarget(windowDays: number): string {
  const factors = burnAlerts({ target: "99", windowDays }).map(({ factor }) => factor);
  const budget = 1 / Math.max(...factors);
  return (Math.floor((1 - budget) * 1000 + 1) / 10).toFixed(1);
}
