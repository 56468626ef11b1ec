import { z } from "zod";

/** Micro-USD in a dollar. */
const MICROS = 1_000_000;
/** A thousand million dollars: far below 2^53 micro-USD, with room for sums. */
const MOST_DOLLARS = 1_000_000_000;

const currency = z.literal("USD", { error: "Amounts are in USD." });

/** An amount as it travels: dollars as a decimal text, never a binary fraction. */
export const money = z
  .object({ amount: z.string().meta({ example: "1250.00" }), currency: z.literal("USD") })
  .meta({ id: "Money" });
export type Money = z.output<typeof money>;

/** An amount that a caller gives, of not less than nothing; read as micro-USD. */
export const givenMoney = z
  .strictObject({
    amount: z
      .string()
      .regex(
        /^\d{1,10}(\.\d{1,6})?$/,
        "Give dollars as a decimal text, as 1250.00: no sign, at most six digits after the point.",
      )
      .refine((text) => Number(text) <= MOST_DOLLARS, `At most ${MOST_DOLLARS} dollars.`)
      .meta({ example: "1250.00" }),
    currency,
  })
  .meta({ id: "GivenMoney" });

/** @param amount as `givenMoney` takes it */
export function microsOf({ amount }: z.output<typeof givenMoney>): number {
  const [dollars = "0", fraction = ""] = amount.split(".");
  return Number(dollars) * MICROS + Number(fraction.padEnd(6, "0"));
}

/** Dollars with at least two digits after the point, and as many more as the amount has. */
export function dollarsOf(micros: number): string {
  const absolute = Math.abs(micros);
  const fraction = String(absolute % MICROS)
    .padStart(6, "0")
    .replace(/0{1,4}$/, "");
  return `${micros < 0 ? "-" : ""}${Math.floor(absolute / MICROS)}.${fraction}`;
}

export const moneyOf = (micros: number): Money => ({ amount: dollarsOf(micros), currency: "USD" });
