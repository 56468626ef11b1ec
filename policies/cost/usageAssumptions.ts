import {
  type Assumptions,
  assume,
  assumptionNames,
  assumptionTable,
  priceAlone,
  type ResourceCost,
} from "../../pricing/index.ts";
import type { JudgeContext, Properties } from "../judgedResource.ts";
import type { Subject } from "../rule.ts";
import { type Setting, SettingFault } from "../setting.ts";

/** What is assumed of the use of things where their price hangs on it; docs/estimates.md explains each. */
export const usageAssumptions: Setting<Partial<Assumptions>> = {
  name: "usageAssumptions",
  description:
    "what is assumed of the use of things that are priced by use, each in the unit that docs/estimates.md gives",
  initial: {},
  schema: {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      assumptionNames.map((name) => {
        const { minimum, maximum, description, unit } = assumptionTable[name];
        return [name, { type: "number", minimum, maximum, description: `${description} (${unit})` }] as const;
      }),
    ),
  },
  read(given) {
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw new SettingFault('must be an object of assumptions, as { "hoursPerMonth": 730 }');
    for (const [name, value] of Object.entries(given)) {
      if (!Object.hasOwn(assumptionTable, name))
        throw new SettingFault(`names the assumption ${name.slice(0, 40)}: there are ${assumptionNames.join(", ")}`);
      if (typeof value !== "number") throw new SettingFault(`must give ${name} as a number`);
    }
    try {
      assume(given);
    } catch (error) {
      throw new SettingFault(error instanceof RangeError ? error.message : "cannot be read");
    }
    return given;
  },
};

/**
 * What a resource costs by itself, for the rules that ask; the second one to ask is given what the first was.
 *
 * @param inputs the resource's, as the rule is given them
 */
export function priceOf(inputs: Properties, { context, resource, setting }: Subject): ResourceCost {
  const assumptions = setting(usageAssumptions);
  const region = regionOfStack(context);
  const before = pricedBefore.get(inputs);
  if (before?.region === region && before?.assumptions === assumptions) return before.cost;
  const { urn, type, name } = resource;
  const cost = priceAlone({ urn, type, name, inputs }, { region, assumptions });
  pricedBefore.set(inputs, { region, assumptions, cost });
  return cost;
}

interface PricedBefore {
  readonly region: string | undefined;
  readonly assumptions: Partial<Assumptions>;
  readonly cost: ResourceCost;
}
const pricedBefore = new WeakMap<Properties, PricedBefore>();

/** The region of a stack as every door knows it: a pack in an engine is told no more than the stack's name, which ends with it. */
export const regionOfStack = ({ region, stack }: JudgeContext): string | undefined =>
  region ?? /\.([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(stack)?.[1];

/** What a ceiling says of a price that is the dearest region's: whoever says no region passes none. */
export const dearestRegion = " (as in the dearest region, since its own or the price there is not known)";

export const noRegionRemedy =
  "What is in no region that the rule knows is priced as in the dearest: give resources their region, or end the stack's name with it.";
