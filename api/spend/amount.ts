/** Digits after the point that are kept while costs are added up: exports have up to fifteen, and most are far below a cent. */
const SCALE = 15;
const PER_MICRO = 10n ** BigInt(SCALE - 6);
const DECIMAL = /^([+-])?(\d{1,15})?(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A row that costs a thousand million dollars is a mistake, and sums must be ones that a number holds. */
export const MOST_AMOUNT = 10n ** BigInt(SCALE + 9);

/** Reads dollars, also as `1.389E-7`, into units of 10^-15 dollars; undefined for what is no number or no cost. */
export function readAmount(text: string): bigint | undefined {
  const [, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text.trim()) ?? [];
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const shift = SCALE - fraction.length + Number(exponent);
  if (shift > 2 * SCALE) return undefined;
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  if (scaled > MOST_AMOUNT) return undefined;
  return sign === "-" ? -scaled : scaled;
}

/** Micro-USD, rounded half away from nothing. */
export function microsOfAmount(amount: bigint): number {
  const half = amount < 0n ? -PER_MICRO / 2n : PER_MICRO / 2n;
  return Number((amount + half) / PER_MICRO);
}
