import { z } from "zod";
import { contradictions } from "./contradictions.ts";
import { amountError, retentionDays } from "./fields.ts";
import { machineInputs } from "./machineInputs.ts";
import { playerInputs } from "./playerInputs.ts";
import { reachInputs } from "./reachInputs.ts";
import { versionInputs } from "./versionInputs.ts";

const shapeError = (issue: { readonly code: string }) =>
  issue.code === "invalid_type" ? 'give one JSON object of inputs, such as {"peakPlayers": 20000}' : undefined;

const shape = z.strictObject(
  {
    ...playerInputs,
    ...versionInputs,
    ...reachInputs,
    ...machineInputs,
    administratorRoles: z
      .array(
        z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
          error: "give ARNs of IAM roles such as arn:aws:iam::123456789012:role/platform",
        }),
      )
      .max(10, { error: "give at most ten roles" })
      .default([])
      .describe("IAM roles that administer the cluster beside the one that made it."),
    deletionProtection: z
      .boolean({ error: "give true or false" })
      .optional()
      .describe(
        "Whether data stores, cluster and front door refuse to be deleted. Left out: in production yes, elsewhere no. Before a teardown of a production stack it is set to false, in an update of its own.",
      ),
    logRetentionDays: z
      .union(
        retentionDays.map((days) => z.literal(days)),
        { error: `give one of ${retentionDays.join(", ")} days` },
      )
      .default(30)
      .describe("How long logs are kept, in days."),
    monthlyBudget: z
      .strictObject({
        amount: z
          .string({ error: amountError })
          .regex(/^[1-9]\d{0,8}(\.\d{1,2})?$/, { error: amountError })
          .describe("A decimal string."),
        currency: z
          .literal("USD", { error: "give USD: it is what the cloud's budgets count in" })
          .describe("What the cloud's budgets count in."),
      })
      .default({ amount: "5000.00", currency: "USD" })
      .describe("The budget of this region for a month; the alarm topic hears of 80 % forecast and 100 % spent."),
    alarmEmail: z
      .email({ error: "give one e-mail address, or leave it out" })
      .optional()
      .describe("Who gets the alarms. The address must confirm the subscription."),
  },
  { error: shapeError },
);

/** The inputs of `game-servers`: in players, not machines. Every default is the closed one. */
export const gameServersInputs = shape.superRefine((inputs, context) => {
  for (const { path, message } of contradictions(inputs))
    context.addIssue({ code: "custom", path: [...path], message });
});

export type GameServersInputs = z.output<typeof shape>;
