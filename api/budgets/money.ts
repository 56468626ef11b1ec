import { z } from "zod";

/** Micro-USD in a dollar. */
const MICROS = 1_000_000;
/** A thousand million dollars: far below 2^53 micro-USD, with room for sums. */
const MOST_DOLLARS = 1_000_000_000;

interface Refused {
  readonly input?: unknown;
}

const shown = ({ input }: Refused): string => (JSON.stringify(input) ?? "nothing").slice(0, 60);

const currency = z.literal("USD", {
  error: (refused) => `The currency is ${shown(refused)}, and amounts are in USD. Convert it, and give "USD".`,
});

const noAmount = (refused: Refused): string =>
  `${shown(refused)} is no amount. Give dollars as a decimal text, as "1250.00": no sign, no exponent, at most six digits after the point.`;

/** An amount as it travels: dollars as a decimal text, never a binary fraction. */
export const money = z
  .object({ amount: z.string().meta({ example: "1250.00" }), currency: z.literal("USD") })
  .meta({ id: "Money" });
export type Money = z.output<typeof money>;

/** An amount that a caller gives, of not less than nothing; read as micro-USD. */
export const givenMoney = z
  .strictObject(
    {
      amount: z
        .string({ error: noAmount })
        .regex(/^\d+(\.\d{1,6})?$/, { error: noAmount, abort: true })
        .refine((text) => Number(text) <= MOST_DOLLARS, {
          error: (refused) =>
            `${shown(refused)} is more than ${MOST_DOLLARS} dollars, the most that can be counted. Give less.`,
        })
        .meta({ example: "1250.00" }),
      currency,
    },
    {
      error: (refused) => `${shown(refused)} is no money. Give an object, as {"amount": "1250.00", "currency": "USD"}.`,
    },
  )
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
