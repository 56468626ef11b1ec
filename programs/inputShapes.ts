import { z } from "zod";
import { isPrivate, parseCidr } from "./cidr.ts";

/** What the inputs of several blueprints have in common. Every message says what to give. */

/** A whole number with one message for every way to miss it. */
export const whole = (what: string, least: number, most: number) => {
  const error = `give ${what} as a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

const cidrError = "give an IPv4 block such as 203.0.113.0/24, with no bits set behind the prefix";
export const cidr = z
  .string({ error: cidrError })
  .refine((text) => parseCidr(text) !== undefined, { error: cidrError });

/** A private IPv4 block whose prefix is within bounds, both included. */
export const privateBlock = (shortest: number, longest: number, example: string) => {
  const error = `give a private IPv4 block (RFC 1918) of prefix /${shortest} to /${longest}, such as ${example}`;
  return z.string({ error }).refine(
    (text) => {
      const block = parseCidr(text);
      return block !== undefined && isPrivate(block) && block.prefix >= shortest && block.prefix <= longest;
    },
    { error },
  );
};

/** Retention periods that CloudWatch Logs accepts, in days. Source: API reference, PutRetentionPolicy. */
const retentionDays = [7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

export const logRetentionDays = z
  .union(
    retentionDays.map((days) => z.literal(days)),
    { error: `give one of ${retentionDays.join(", ")} days` },
  )
  .describe("How long logs are kept, in days.");

const amountError = 'give the amount as a decimal string with at most two places, such as "500.00"';

/** The budget of one region for a month, with the amount it has when nobody says one. */
export const monthlyBudget = (amount: string) =>
  z
    .strictObject({
      amount: z
        .string({ error: amountError })
        .regex(/^[1-9]\d{0,8}(\.\d{1,2})?$/, { error: amountError })
        .describe("A decimal string."),
      currency: z
        .literal("USD", { error: "give USD: it is what the cloud's budgets count in" })
        .describe("What the cloud's budgets count in."),
    })
    .default({ amount, currency: "USD" })
    .describe("The budget of this region for a month; the alarm topic hears of 80 % forecast and 100 % spent.");

export const alarmEmail = z
  .email({ error: "give one e-mail address, or leave it out" })
  .optional()
  .describe("Who gets the alarms. The address must confirm the subscription.");

/** `stores` names, in words, what refuses to be deleted. */
export const deletionProtection = (stores: string) =>
  z
    .boolean({ error: "give true or false" })
    .optional()
    .describe(
      `Whether ${stores} to be deleted. Left out: in production yes, elsewhere no. Before a teardown of a production stack it is set to false, in an update of its own.`,
    );

/** The message for inputs that are no object at all. */
export const inputsError = (example: string) => (issue: { readonly code: string }) =>
  issue.code === "invalid_type" ? `give one JSON object of inputs, such as ${example}` : undefined;
