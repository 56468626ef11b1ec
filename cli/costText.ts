import type { Estimate, Money, StandingCost } from "./shapes.ts";

/** `+12.30 USD a month, from 37.35 to 49.65; 2 without a price`. */
export function costText({ before, after, change, unpriced }: Estimate): string {
  const sign = change.amount.startsWith("-") ? "" : "+";
  return `${sign}${cents(change)} ${change.currency} a month, from ${cents(before)} to ${cents(after)}${without(unpriced)}`;
}

/** `37.35 USD a month; 2 without a price`. */
export const standingCostText = ({ monthly, unpriced }: StandingCost): string =>
  `${cents(monthly)} ${monthly.currency} a month${without(unpriced)}`;

function without(unpriced: Estimate["unpriced"]): string {
  const count = unpriced.reduce((sum, entry) => sum + entry.count, 0);
  return count === 0 ? "" : `; ${count} without a price`;
}

/** The service tells millionths; a person reads cents. */
const cents = ({ amount }: Money): string => Number(amount).toFixed(2);
