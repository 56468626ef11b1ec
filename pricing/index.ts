export { type AssumptionName, type Assumptions, assume, assumptionNames } from "./assumptions.ts";
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
export { priceBook, priceStack } from "./priceStack.ts";
