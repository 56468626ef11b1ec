import { z } from "zod";

/** A whole number with one message for every way to miss it, so that the message can say what to give. */
export function wholeNumber(what: string, least: number, most: number) {
  const error = `give ${what} as a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** Retention periods that CloudWatch Logs accepts, in days. Source: API reference, PutRetentionPolicy. */
const retentionDays = [7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

export const logRetentionDays = z.union(
  retentionDays.map((days) => z.literal(days)),
  { error: `give one of ${retentionDays.join(", ")} days` },
);

const amountError = 'give the amount as a decimal string with at most two places, such as "500.00"';

export const monthlyBudget = z.strictObject({
  amount: z
    .string({ error: amountError })
    .regex(/^[1-9]\d{0,8}(\.\d{1,2})?$/, { error: amountError })
    .describe("A decimal string."),
  currency: z
    .literal("USD", { error: "give USD: it is what the cloud's budgets count in" })
    .describe("What the cloud's budgets count in."),
});

export const emailAddress = z.email({ error: "give one e-mail address, or leave it out" });

/** What every blueprint asks about deletion; `stores` completes "Whether … refuse to be deleted". */
export function deletionProtection(stores: string) {
  return z
    .boolean({ error: "give true or false" })
    .optional()
    .describe(
      `Whether ${stores} refuse to be deleted. Left out: in production yes, elsewhere no. Before a teardown of a production stack it is set to false, in an update of its own.`,
    );
}
