import type { Micros } from "./pricedResource.ts";

/** One stretch of a price: `upTo` is where it ends, in units counted from nought; undefined for the last. */
export interface Tier {
  readonly upTo: number | undefined;
  /** Millionths of a US dollar for `per` units. */
  readonly micros: number;
}

/** A price with its unit. Small prices are for many units at once, so that all figures are integers. */
export interface Price {
  readonly unit: string;
  readonly per: number;
  readonly tiers: readonly Tier[];
}

/** Quantities are counted in millionths. */
const FINE = 1_000_000;

/** Below it, with half a divisor added, integers of a number are exact: most costs need no large integers. */
const MOST_EXACT = Number.MAX_SAFE_INTEGER / 2;

/** Half up. Both are integers. */
function divided(amount: number, by: number): number {
  const whole = amount + Math.floor(by / 2);
  return (whole - (whole % by)) / by;
}

/** More than this is no estimate of anything, and a number would not hold it exactly. */
const MOST = 100_000_000_000_000n;

/** What was to be counted is no quantity, or comes to more than a number can hold. */
export class NoAmount extends Error {
  readonly code = "no-amount";
}

/**
 * The cost of a quantity, in integers throughout and rounded once, half up: so that more never costs less.
 *
 * @throws NoAmount when the quantity is not finite or negative, or the cost above 100 million dollars a month
 */
export function costOf(quantity: number, { per, tiers }: Price): Micros {
  if (!(quantity >= 0 && quantity <= Number.MAX_SAFE_INTEGER / FINE)) throw new NoAmount(`the quantity is ${quantity}`);
  const counted = Math.round(quantity * FINE);
  const [only, ...more] = tiers;
  if (more.length === 0 && counted * (only?.micros ?? 0) < MOST_EXACT)
    return divided(counted * (only?.micros ?? 0), FINE * per);
  let left = BigInt(counted);
  let from = 0n;
  let sum = 0n;
  for (const { upTo, micros } of tiers) {
    const room = upTo === undefined ? left : BigInt(upTo) * BigInt(FINE) - from;
    const taken = left < room ? left : room;
    sum += taken * BigInt(micros);
    left -= taken;
    from += taken;
    if (left === 0n) break;
  }
  const divisor = BigInt(FINE) * BigInt(per);
  const cost = (sum + divisor / 2n) / divisor;
  if (cost > MOST) throw new NoAmount("the cost is above what can be counted");
  return Number(cost);
}

/** Exact: US dollars with as many decimals as are needed, two at least. `divisor` spreads the amount over units. */
export function decimalText(micros: number, divisor = 1): string {
  const scale = 15;
  const text = ((BigInt(micros) * 10n ** BigInt(scale - 6)) / BigInt(divisor)).toString();
  const sign = text.startsWith("-") ? "-" : "";
  const digits = text.slice(sign.length).padStart(scale + 1, "0");
  const decimals = digits.slice(-scale).replace(/0+$/, "").padEnd(2, "0");
  return `${sign}${digits.slice(0, -scale)}.${decimals}`;
}

/** Rounded to cents, half away from nought, as amounts are told: `-12.30`. */
export function dollarText(micros: Micros): string {
  const cents = Math.sign(micros) * Math.round(Math.abs(micros) / 10_000);
  const text = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}
