export { type AssumptionName, type Assumptions, assume, assumptionNames, assumptionTable } from "./assumptions.ts";
export { dollarText } from "./money.ts";
export type {
  CostLine,
  CountedType,
  Micros,
  PlayerCost,
  PricedResource,
  ResourceCost,
  StackCost,
} from "./pricedResource.ts";
export { pricedTypes } from "./priceResource.ts";
export { priceAlone, priceBook, priceStack } from "./priceStack.ts";
export { providerRegions } from "./providerRegions.ts";
