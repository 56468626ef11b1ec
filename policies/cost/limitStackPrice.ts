import { dollarText, pricedTypes, priceStack } from "../../pricing/index.ts";
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
  check: onWholeStack([...pricedTypes, ...templates], (resources, report, { context, setting }) => {
    const options = { region: regionOfStack(context), assumptions: setting(usageAssumptions) };
    const { monthly, byDearest, resources: costs } = priceStack(resources, options);
    const limit = setting(mostForStack)[context.environment];
    if (monthly <= limit * MICROS) return;
    const dearest = costs.reduce((most, cost) => (cost.monthly > most.monthly ? cost : most));
    const place = byDearest > 0 ? dearestRegion : "";
    const price = `${dollarText(monthly)} USD a month${place}, of which this resource is ${dollarText(dearest.monthly)}`;
    report(
      resources.filter(({ urn }) => urn === dearest.urn),
      `the stack would cost ${price}, over ${limit}, the most in ${context.environment}`,
      monthly / MICROS,
    );
  }),
});
