import { z } from "zod";
import { money } from "../budgets/money.ts";
import { teamParameter, thingName } from "../http/schemas.ts";

const monthName = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "Give a month as 2026-11.")
  .meta({ example: "2026-11" });

export const importQuery = z.strictObject({
  period: z
    .enum(["add", "replace"])
    .optional()
    .describe(
      "When something was imported before for a billing period and account of the export: `replace` it, as by a newer export of the same, or `add` to it, as a further part. Without it that is refused.",
    ),
});

export const importView = z
  .object({
    format: z.enum(["focus", "cur"]),
    digest: z.string().describe("SHA-256 of the unpacked export; the same export counts once."),
    rows: z.int(),
    periods: z.array(
      z.object({
        period: monthName,
        account: z.string(),
        outcome: z.enum(["imported", "replaced", "counted-before"]),
      }),
    ),
    billed: money,
    effective: money,
    attributed: z.object({ byTags: money, byResource: money, toNobody: money }).describe("Of what was billed."),
  })
  .meta({ id: "SpendImport" });
export type ImportView = z.output<typeof importView>;

export const spendQuery = z.strictObject({ month: monthName, team: teamParameter, stackSet: thingName.optional() });

const compared = {
  billed: money.describe("Credits and refunds are subtracted."),
  effective: money.describe("With commitments spread over what they cover; this is compared."),
  estimate: money.describe("Of what stood, for as long as it did, until now."),
  difference: money.describe("Effective less estimate."),
  differencePercent: z.number().optional().describe("Of the estimate; absent where that is nothing."),
};

export const spendView = z
  .object({
    month: monthName,
    team: z.string(),
    stackSet: z.string().optional(),
    ...compared,
    stacks: z.array(
      z.object({
        stack: z.string().optional().describe("Absent for what is a stack set's and of no one stack."),
        stackSet: z.string().optional(),
        ...compared,
      }),
    ),
    unattributed: z
      .object({
        billed: money,
        effective: money,
        items: z.array(
          z.object({ service: z.string(), region: z.string(), resource: z.string(), billed: money, effective: money }),
        ),
      })
      .optional()
      .describe("What is nobody's, the dearest hundred; only for admins, and without a stack set."),
  })
  .meta({ id: "Spend" });
export type SpendView = z.output<typeof spendView>;
