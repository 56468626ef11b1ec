import type { EdgeInputs } from "./inputs.ts";
import { managedGroups } from "./managedGroups.ts";

/** AWS counts a month as 730 hours (AWS Pricing Calculator, "Assumptions"). */
const HOURS = 730;

/**
 * What stands still and yet costs, in US cents.
 * Sources: the pricing pages of AWS Global Accelerator (0.025 USD an hour and accelerator), Amazon Application Recovery Controller
 * (routing control: 2.50 USD an hour and cluster) and AWS WAF (5 USD a month and web ACL, 1 USD a month and rule).
 */
const cents = { acceleratorHour: 2.5, clusterHour: 250, webAcl: 500, rule: 100 } as const;

/** One rule a managed group, and one for the rate. */
const rules = managedGroups.length + 1;

/** What the entry costs a month before the first byte, in US dollars with two decimals. */
export function standingCost({ switches }: Pick<EdgeInputs, "switches">): string {
  const cluster = switches === "routing-controls" ? cents.clusterHour * HOURS : 0;
  const sum = cents.acceleratorHour * HOURS + cluster + cents.webAcl + rules * cents.rule;
  return (sum / 100).toFixed(2);
}
