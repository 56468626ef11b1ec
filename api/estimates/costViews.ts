import { z } from "zod";
import { assumptionNames, type PlayerCost, type StackCost } from "../../pricing/index.ts";
import { money, moneyOf } from "../budgets/money.ts";

export const unpricedView = z
  .object({ type: z.string(), count: z.int(), why: z.string() })
  .meta({ id: "CountedType", description: "Resources of one type, and why they have no price or cost nothing." });

export const assumptionsView = z
  .partialRecord(z.enum(assumptionNames), z.number())
  .meta({ description: "What was assumed of the use of things, by name; docs/estimates.md has the units." });

export const playersView = z
  .object({ monthly: money, egress: money.describe("Of it, what the players' traffic costs.") })
  .meta({ id: "CostPerThousandPlayers", description: "A month, for each thousand players at the same time." });

export const viewPlayers = ({ monthly, egress }: PlayerCost): z.output<typeof playersView> => ({
  monthly: moneyOf(monthly),
  egress: moneyOf(egress),
});

/** What every answer about a cost says beside the amounts. */
export const viewGround = ({
  priceBook,
  unpriced,
  assumptions,
}: Pick<StackCost, "priceBook" | "unpriced" | "assumptions">) => ({
  priceBook,
  unpriced: [...unpriced],
  assumptions: { ...assumptions },
});
