import { pricedTypes } from "../../pricing/index.ts";
import { onResource, rule } from "../rule.ts";
import { priceOf, usageAssumptions } from "./usageAssumptions.ts";

export const recommendKnownPrices = rule({
  name: "cost-recommend-known-prices",
  description: "Resources should be of a kind and in a region whose price is known.",
  reason: "What has no price is in no estimate, no budget and under no ceiling: it is money that nobody has looked at.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST02-BP05"] },
  remediation: [
    "Choose a type and region that the price book has, or bring the book up to date: npm run prices:refresh.",
  ],
  settings: [usageAssumptions],
  check: onResource([...pricedTypes], (inputs, report, subject) => {
    const { lines, unpriced, regionAssumed } = priceOf(inputs, subject);
    // What hangs on other resources is priced with the stack, and nothing is wrong with what a stack of no region holds. The reasons may
    // quote a value; they are in the estimate.
    const unlisted =
      lines.length === 0 && unpriced?.startsWith("no price of") && !unpriced.includes("in no known region");
    if (unlisted || regionAssumed?.startsWith("the book has no price"))
      report("the price book has no price for it where it is");
  }),
});
