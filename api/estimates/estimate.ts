import { z } from "zod";
import {
  assumptionNames,
  assumptionTable,
  type PricedResource,
  providerRegions,
  type StackCost,
} from "../../pricing/index.ts";
import { money, moneyOf } from "../budgets/money.ts";
import type { JudgedDocument } from "../gate/index.ts";
import { regionName, teamParameter } from "../http/schemas.ts";
import { assumptionsView, playersView, unpricedView, viewGround, viewPlayers } from "./costViews.ts";

const source = z.unknown().optional();

/** As much of a value as shows what is wrong with it. */
const shownInput = (input: unknown): string => (JSON.stringify(input) ?? "Nothing").slice(0, 60);

const givenAssumptions = z
  .strictObject(
    Object.fromEntries(
      assumptionNames.map((name) => {
        const { minimum, maximum, description, unit, initial } = assumptionTable[name];
        const error = ({ input }: { readonly input?: unknown }): string =>
          `${shownInput(input)} is not what ${name} can be. Give a number from ${minimum} to ${maximum} (${unit}), or leave it out for ${initial}.`;
        const figure = z.number({ error }).min(minimum, { error }).max(maximum, { error }).optional();
        return [name, figure.describe(`${description} (${unit}; ${initial} unless given)`)] as const;
      }),
    ),
  )
  .meta({
    id: "GivenAssumptions",
    description: "What is assumed of the use of things, where it is not as the table has it.",
  });

/** What is to be priced, and by which assumptions. */
export const estimateRequest = z
  .strictObject({
    deployment: source.describe("What `pulumi stack export` writes."),
    preview: source.describe("What `pulumi preview --json` prints."),
    events: source.describe("The events of an engine, as `--event-log` has them line by line, in a list."),
    stack: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe("A stack of the service, by its state: `name` or `project/name`."),
    team: teamParameter,
    region: regionName.optional().describe("Where resources are that say no region; of a stack its own unless given."),
    assumptions: givenAssumptions.optional(),
  })
  .superRefine((given, context) => {
    const sources = (["deployment", "preview", "events", "stack"] as const).filter((key) => given[key] !== undefined);
    if (sources.length === 1) return;
    const there = sources.length === 0 ? "is none" : `are ${sources.join(", ")}`;
    const message = `Give one of deployment, preview, events and stack; there ${there}.`;
    context.addIssue({ code: "custom", path: [], message });
  })
  .meta({ id: "EstimateRequest" });
export type EstimateRequest = z.output<typeof estimateRequest>;

const line = z.object({
  what: z.string(),
  quantity: z.number().describe("A month, in `unit`."),
  unit: z.string(),
  unitPrice: z.string().describe("US dollars a unit; of the first tier where there are tiers."),
  basis: z
    .enum(["listed", "factor", "dearest"])
    .describe(
      "`factor`: us-east-1's price, by what an instance costs in the region. `dearest`: the highest of any region, because the region or its price is not known.",
    ),
  monthly: money,
});

export const estimateView = z
  .object({
    priceBook: z.string().describe("The version of the price book."),
    monthly: money,
    incomplete: z
      .string()
      .optional()
      .describe("What an engine says went wrong: the document may not have all that would be made."),
    byFactor: money.describe("Of it, what stands on prices of another region."),
    byDearest: money.describe("Of it, what is priced as in the dearest region: the region or its price is not known."),
    regions: z.array(z.object({ region: z.string(), monthly: money })),
    resources: z.array(
      z.object({
        urn: z.string(),
        type: z.string(),
        region: z.string().optional(),
        monthly: money,
        lines: z.array(line),
        unpriced: z.string().optional().describe("Why it, or a part of it, has no price."),
        regionAssumed: z.string().optional().describe("Why it is priced as in the dearest region, and which that is."),
      }),
    ),
    unpriced: z.array(unpricedView),
    regionAssumed: z.array(unpricedView).describe("What is priced as in the dearest region, with the reason."),
    free: z.array(unpricedView),
    assumptions: assumptionsView,
    perThousandPlayers: playersView.optional().describe("Where `concurrentPlayers` is given."),
  })
  .meta({ id: "Estimate", description: "What resources cost a month." });
export type EstimateView = z.output<typeof estimateView>;

/** @param incomplete why the document may not have everything */
export function viewEstimate(cost: StackCost, incomplete?: string): EstimateView {
  const byRegion = new Map<string, number>();
  for (const { region, monthly } of cost.resources)
    if (region !== undefined && monthly > 0) byRegion.set(region, (byRegion.get(region) ?? 0) + monthly);
  return {
    ...viewGround(cost),
    monthly: moneyOf(cost.monthly),
    ...(incomplete !== undefined && { incomplete }),
    byFactor: moneyOf(cost.byFactor),
    byDearest: moneyOf(cost.byDearest),
    regionAssumed: [...cost.regionAssumed],
    regions: [...byRegion].toSorted().map(([region, monthly]) => ({ region, monthly: moneyOf(monthly) })),
    resources: cost.resources
      .filter(({ free }) => free === undefined)
      .map(({ urn, type, region, monthly, lines, unpriced, regionAssumed }) => ({
        ...{ urn, type, ...(region !== undefined && { region }), monthly: moneyOf(monthly) },
        lines: lines.map(({ monthly: amount, ...rest }) => ({ ...rest, monthly: moneyOf(amount) })),
        ...(unpriced !== undefined && { unpriced }),
        ...(regionAssumed !== undefined && { regionAssumed }),
      })),
    free: [...cost.free],
    ...(cost.perThousandPlayers && { perThousandPlayers: viewPlayers(cost.perThousandPlayers) }),
  };
}

/** Of packages whose types are always resources of their own; others are told from components by their provider. */
const packages = /^(aws|kubernetes|random):/;

/** The resources of a document that stay or come, each with the region that its provider leads to. */
export function pricedResources({ steps }: JudgedDocument): readonly PricedResource[] {
  const placeOf = providerRegions(steps);
  return steps
    .filter(({ step, type, provider }) => step !== "delete" && (provider !== undefined || packages.test(type)))
    .map(({ urn, type, name, id, inputs, outputs, propertyDependencies, parent, provider }) => ({
      ...{ urn, type, name, inputs },
      ...(id !== undefined && { id }),
      ...(outputs && { outputs }),
      ...(propertyDependencies && { propertyDependencies }),
      ...(parent !== undefined && { parent }),
      ...placeOf(provider),
    }));
}
