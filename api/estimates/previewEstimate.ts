import { z } from "zod";
import { money, moneyOf } from "../budgets/money.ts";
import type { PreviewEstimate } from "../state/index.ts";
import { assumptionsView, playersView, unpricedView, viewGround, viewPlayers } from "./costViews.ts";

export const previewEstimateView = z
  .object({
    priceBook: z.string().describe("The version of the price book."),
    before: money.describe("What the stack costs a month as it stands."),
    after: money.describe("What it would cost when the update were done."),
    change: money,
    byFactor: money.describe("Of `after`, what stands on prices of another region."),
    byDearest: money.describe(
      "Of `after`, what is priced as in the dearest region: the region or its price is not known.",
    ),
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          region: z.string().optional(),
          before: money,
          after: money,
          unpriced: z.string().optional().describe("Why it, or a part of it, has no price."),
          regionAssumed: z
            .string()
            .optional()
            .describe("Why it is priced as in the dearest region, and which that is."),
        }),
      )
      .describe("The largest changes first."),
    resourcesLeftOut: z.int(),
    unpriced: z.array(unpricedView),
    regionAssumed: z.array(unpricedView).describe("What is priced as in the dearest region, with the reason."),
    assumptions: assumptionsView,
    perThousandPlayers: playersView.optional(),
  })
  .meta({ id: "PreviewEstimate", description: "What a preview says of a stack's cost a month." });
export type PreviewEstimateView = z.output<typeof previewEstimateView>;

export const viewPreviewEstimate = (estimate: PreviewEstimate): PreviewEstimateView => ({
  ...viewGround(estimate),
  before: moneyOf(estimate.before),
  after: moneyOf(estimate.after),
  change: moneyOf(estimate.after - estimate.before),
  byFactor: moneyOf(estimate.byFactor),
  byDearest: moneyOf(estimate.byDearest ?? 0),
  regionAssumed: [...(estimate.regionAssumed ?? [])],
  resources: estimate.resources.map(({ before, after, ...resource }) => ({
    ...resource,
    before: moneyOf(before),
    after: moneyOf(after),
  })),
  resourcesLeftOut: estimate.resourcesLeftOut,
  ...(estimate.perThousandPlayers && { perThousandPlayers: viewPlayers(estimate.perThousandPlayers) }),
});
