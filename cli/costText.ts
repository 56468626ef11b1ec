import type { Estimate, Money, StandingCost } from "./shapes.ts";

/** `+12.30 USD a month, from 37.35 to 49.65; 2 without a price`. */
export function costText({ before, after, change, ...notes }: Estimate): string {
  const sign = change.amount.startsWith("-") ? "" : "+";
  return `${sign}${cents(change)} ${change.currency} a month, from ${cents(before)} to ${cents(after)}${noted(notes)}`;
}

/** `37.35 USD a month; 2 without a price`. */
export const standingCostText = ({ monthly, ...notes }: StandingCost): string =>
  `${cents(monthly)} ${monthly.currency} a month${noted(notes)}`;

function noted({ unpriced, regionAssumed }: Pick<Estimate, "unpriced" | "regionAssumed">): string {
  const [without, dearest] = [countOf(unpriced), countOf(regionAssumed)];
  const parts = [
    ...(dearest === 0 ? [] : [`; ${dearest} priced as in the dearest region`]),
    ...(without === 0 ? [] : [`; ${without} without a price`]),
  ];
  return parts.join("");
}

const countOf = (types: Estimate["unpriced"]): number => types.reduce((sum, { count }) => sum + count, 0);

/** The service tells millionths; a person reads cents. */
const cents = ({ amount }: Money): string => Number(amount).toFixed(2);
