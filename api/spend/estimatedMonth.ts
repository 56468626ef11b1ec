/** What a stack has cost a month since a moment, in micro-USD. */
export interface CostSince {
  readonly at: Date;
  readonly monthly: number;
}

/** The first moment of a month, and of the one after it. @param month `2026-11` */
export function boundsOf(month: string): { readonly from: Date; readonly to: Date } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return { from: new Date(Date.UTC(year, number - 1, 1)), to: new Date(Date.UTC(year, number, 1)) };
}

/**
 * What a stack is estimated to have cost in a month so far: each of its costs times the part of the month that it stood for.
 *
 * @param costs in the order of their times
 * @returns micro-USD
 */
export function estimatedMonth(costs: readonly CostSince[], month: string, now: Date): number {
  const { from, to } = boundsOf(month);
  const whole = to.getTime() - from.getTime();
  const end = Math.min(to.getTime(), now.getTime());
  const sum = costs.reduce((total, { at, monthly }, index) => {
    const begun = Math.max(at.getTime(), from.getTime());
    const ended = Math.min(costs[index + 1]?.at.getTime() ?? end, end);
    return total + monthly * (Math.max(0, ended - begun) / whole);
  }, 0);
  return Math.round(sum);
}
