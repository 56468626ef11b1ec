import type { StackCost } from "../../../pricing/index.ts";
import type { Resource } from "../deployments/deployment.ts";
import { type CostGround, priceState } from "../judgement/stateCost.ts";
import type { StackPrice } from "./spending.ts";

/** What budgets are told of an estimate. */
export function stackPriceOf({ monthly, resources, unpriced, regionAssumed }: StackCost): StackPrice {
  const costing = resources.filter((resource) => resource.monthly > 0);
  const byUrn = Object.fromEntries(costing.map((resource) => [resource.urn, resource.monthly]));
  return { monthly, byUrn, unpriced, regionAssumed };
}

/** What a state costs as it stands: with what waits for its deletion, which is there until it is deleted. */
export function priceStanding(resources: readonly Resource[], ground: CostGround): StackPrice {
  const standing = resources.map((resource): Resource => (resource.delete ? { ...resource, delete: false } : resource));
  return stackPriceOf(priceState(standing, ground));
}
