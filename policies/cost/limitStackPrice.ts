import { dollarText, pricedTypes, priceStack, type StackCost } from "../../pricing/index.ts";
import { onWholeStack, rule } from "../rule.ts";
import { mostForStack } from "./priceLimits.ts";
import { dearestRegion, noRegionRemedy, regionOfStack, usageAssumptions } from "./usageAssumptions.ts";

const MICROS = 1_000_000;

/** Priced with the group or service that uses them. */
const templates = [
  "aws:ec2/launchConfiguration:LaunchConfiguration",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ecs/taskDefinition:TaskDefinition",
];

export const limitStackPrice = rule({
  name: "cost-limit-stack-price",
  description: "A stack must not cost more a month than one may in its environment.",
  reason:
    "Many things that are each within their limits cost as much as one that is not; a list that is a digit too long makes them.",
  level: "mandatory",
  severity: "high",
  controls: { wellArchitected: ["COST02-BP05"] },
  remediation: [
    "Ask for less, or divide the stack.",
    "Where it is meant, ask for an exemption with a ceiling in US dollars a month.",
    noRegionRemedy,
  ],
  figure: "US dollars a month",
  settings: [mostForStack, usageAssumptions],
  check: onWholeStack([...pricedTypes, ...templates], (resources, report, { context, setting, each }) => {
    const unread: Error[] = [];
    const cost = priceStack(resources, {
      ...{ region: regionOfStack(context), assumptions: setting(usageAssumptions) },
      unknown: (error) => unread.push(error),
    });
    const { monthly, resources: costs } = cost;
    const limit = setting(mostForStack)[context.environment];
    if (monthly <= limit * MICROS) {
      // Within the limit as far as is known: what is not known yet decides, and is said to.
      each(unread, (error) => {
        throw error;
      });
      return;
    }
    const dearest = costs.reduce((most, one) => (one.monthly > most.monthly ? one : most));
    report(
      resources.filter(({ urn }) => urn === dearest.urn),
      `the stack would cost ${describe(cost, dearest.monthly)}, over ${limit}, the most in ${context.environment}`,
      monthly / MICROS,
    );
  }),
});

/** Without what has no price so far: that differs by what a door knows, and a refusal is the same at each. */
function describe({ monthly, byDearest }: StackCost, most: number): string {
  const total = `${dollarText(monthly)} USD a month${byDearest > 0 ? dearestRegion : ""}`;
  return `${total}, of which this resource is ${dollarText(most)}`;
}
