import { databaseEstimators } from "./aws/databases.ts";
import { machineEstimators } from "./aws/machines.ts";
import { networkEstimators } from "./aws/network.ts";
import { serviceEstimators } from "./aws/services.ts";
import { volumeEstimators } from "./aws/volumes.ts";
import { type Estimator, estimateSubject, Malformed, type SubjectContext, type Usage } from "./estimator.ts";
import { whyFree, whyUnpriced } from "./freeTypes.ts";
import { isNotKnown, valueAt } from "./knownValue.ts";
import { kubernetesEstimators, priceOfObject } from "./kubernetes.ts";
import { costOf, NoAmount } from "./money.ts";
import type { PriceBook } from "./priceBook.ts";
import type { CostLine, PricedResource, ResourceCost } from "./pricedResource.ts";

const estimators: ReadonlyMap<string, Estimator> = new Map(
  [
    databaseEstimators,
    kubernetesEstimators,
    machineEstimators,
    networkEstimators,
    serviceEstimators,
    volumeEstimators,
  ].flatMap((some) => Object.entries(some)),
);

/** Types of which a resource may cost something. */
export const pricedTypes: ReadonlySet<string> = new Set(estimators.keys());

export interface PricingContext extends SubjectContext {
  readonly book: PriceBook;
  /** Where a resource is that does not say. */
  readonly region: string | undefined;
}

/** What one resource costs a month. Never throws for what a program says, however wrong. */
export function priceResource(resource: PricedResource, context: PricingContext): ResourceCost {
  try {
    return priceKnown(resource, context);
  } catch (error) {
    const { urn, type } = resource;
    if (isNotKnown(error)) return { urn, type, monthly: 0, lines: [], unpriced: `not known yet: ${error.message}` };
    throw error;
  }
}

/** The same, where the price must not hang on what is not known yet. @throws what reading such a value throws */
export function priceKnown(resource: PricedResource, context: PricingContext): ResourceCost {
  const { urn, type } = resource;
  const nothing = { urn, type, monthly: 0, lines: [] };
  const estimator = estimators.get(type);
  if (estimator === undefined) return { ...nothing, ...whyNothing(type) };
  try {
    const region = regionOf(resource, context);
    const place = region === undefined ? {} : { region };
    const usage = estimator(estimateSubject(resource, context));
    if ("free" in usage) return { ...nothing, ...place, free: usage.free };
    return { ...nothing, ...place, ...priced(usage, context.book, region) };
  } catch (error) {
    if (error instanceof Malformed || error instanceof NoAmount) return { ...nothing, unpriced: error.message };
    throw error;
  }
}

function whyNothing(type: string): Pick<ResourceCost, "free" | "unpriced"> {
  const free = whyFree(type);
  if (free !== undefined) return { free };
  if (type.startsWith("kubernetes:")) return priceOfObject(type);
  return { unpriced: whyUnpriced(type) ?? "the price book has no price for this type" };
}

/** Resources of AWS say their region since the provider's version 7, where it is not their provider's. */
function regionOf(
  { type, inputs, region: ofProvider }: PricedResource,
  { region }: PricingContext,
): string | undefined {
  const own = type.startsWith("aws:") ? valueAt(inputs, ["region"]) : undefined;
  return typeof own === "string" ? own : (ofProvider ?? region);
}

function priced(
  usage: Exclude<ReturnType<Estimator>, { readonly free: string }>,
  book: PriceBook,
  region: string | undefined,
): Pick<ResourceCost, "monthly" | "lines" | "unpriced"> {
  const lines: CostLine[] = [];
  const reasons: string[] = [];
  for (const item of usage) {
    const line = "unpriced" in item ? item.unpriced : lineOf(item, book, region);
    if (typeof line === "string") reasons.push(line);
    else lines.push(line);
  }
  const monthly = lines.reduce((sum, line) => sum + line.monthly, 0);
  return { monthly, lines, ...(reasons.length > 0 && { unpriced: [...new Set(reasons)].join("; ") }) };
}

/** @returns the line, or why there is none */
function lineOf({ entry, quantity, what }: Usage, book: PriceBook, region: string | undefined): CostLine | string {
  const price = book.find(entry, region ?? "*");
  if (price === undefined)
    return `no price of ${shown(entry)} in ${region === undefined ? "no known region" : shown(region)}`;
  const { unit, unitPrice, basis } = price;
  return { what: what ?? price.what, quantity, unit, unitPrice, basis, monthly: costOf(quantity, price) };
}

/** Names in it come from programs. */
const shown = (text: string): string => text.replaceAll(/[^\w ./:*-]/g, "?").slice(0, 80);
