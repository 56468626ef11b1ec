import { dollarText, pricedTypes } from "../../pricing/index.ts";
import { onResource, rule } from "../rule.ts";
import { mostForOne } from "./priceLimits.ts";
import { dearestRegion, noRegionRemedy, priceOf, usageAssumptions } from "./usageAssumptions.ts";

const MICROS = 1_000_000;

export const limitMonthlyPrice = rule({
  name: "cost-limit-monthly-price",
  description: "A resource must not cost more a month than one may in its environment.",
  reason:
    "Sizes and counts are limited one by one; what they come to together, or a type that no other rule knows, is seen in the price alone, and that is seen on the bill, a month late.",
  level: "mandatory",
  severity: "high",
  controls: { wellArchitected: ["COST02-BP05"] },
  remediation: [
    "Ask for less: a smaller size, fewer of them, a shorter time.",
    "Where it is meant, ask for an exemption with a ceiling in US dollars a month.",
    noRegionRemedy,
  ],
  figure: "US dollars a month",
  settings: [mostForOne, usageAssumptions],
  check: onResource([...pricedTypes], (inputs, report, subject) => {
    const { context, setting } = subject;
    const { monthly, regionAssumed } = priceOf(inputs, subject);
    const limit = setting(mostForOne)[context.environment];
    if (monthly <= limit * MICROS) return;
    const price = `${dollarText(monthly)} USD a month${regionAssumed === undefined ? "" : dearestRegion}`;
    report(`it would cost ${price}, over ${limit}, the most in ${context.environment}`, monthly / MICROS);
  }),
});
