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
import type { FoundPrice, PriceBook } from "./priceBook.ts";
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

/** What one resource costs a month. Never throws for what a program says, however wrong. @param unknown told of a value that is not known yet */
export function priceResource(
  resource: PricedResource,
  context: PricingContext,
  unknown?: (error: Error) => void,
): ResourceCost {
  try {
    return priceKnown(resource, context);
  } catch (error) {
    const { urn, type } = resource;
    if (!isNotKnown(error)) throw error;
    unknown?.(error);
    return { urn, type, monthly: 0, lines: [], unpriced: `not known yet: ${error.message}` };
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
  { type, inputs, region: ofProvider, elsewhere }: PricedResource,
  { region }: PricingContext,
): string | undefined {
  const own = type.startsWith("aws:") ? valueAt(inputs, ["region"]) : undefined;
  if (typeof own === "string" && own !== "") return own;
  return ofProvider ?? (elsewhere ? undefined : region);
}

function priced(
  usage: Exclude<ReturnType<Estimator>, { readonly free: string }>,
  book: PriceBook,
  region: string | undefined,
): Pick<ResourceCost, "monthly" | "lines" | "unpriced" | "regionAssumed"> {
  const lines: CostLine[] = [];
  const [reasons, assumed] = [new Set<string>(), new Set<string>()];
  for (const item of usage) {
    if ("unpriced" in item) {
      reasons.add(item.unpriced);
      continue;
    }
    const found = priceIn(book, item.entry, region);
    if (typeof found === "string") reasons.add(found);
    else lines.push(lineOf(item, found.price));
    if (typeof found !== "string" && found.assumed !== undefined) assumed.add(found.assumed);
  }
  const monthly = lines.reduce((sum, line) => sum + line.monthly, 0);
  const [unpriced, regionAssumed] = [[...reasons].join("; "), [...assumed].join("; ")];
  return { monthly, lines, ...(unpriced && { unpriced }), ...(regionAssumed && { regionAssumed }) };
}

interface PriceThere {
  readonly price: FoundPrice;
  /** Why it is the dearest region's. */
  readonly assumed?: string;
}

/**
 * Where there is no price for the place, the dearest there is: a budget or a ceiling that counted nothing would be passed by whoever
 * leaves the region out.
 *
 * @returns why there is none in any region
 */
function priceIn(book: PriceBook, entry: string, region: string | undefined): PriceThere | string {
  const price = book.find(entry, region ?? "*");
  if (price !== undefined) return { price };
  const dearest = book.dearest(entry);
  const where = region === undefined ? "no known region" : shown(region);
  if (dearest === undefined) return `no price of ${shown(entry)} in ${where}`;
  const why = region === undefined ? "no region is known" : `the book has no price of ${shown(entry)} in ${where}`;
  return { price: dearest.price, assumed: `${why}: priced as in ${dearest.region}, the dearest` };
}

const lineOf = ({ quantity, what }: Usage, price: FoundPrice): CostLine => {
  const { unit, unitPrice, basis } = price;
  return { what: what ?? price.what, quantity, unit, unitPrice, basis, monthly: costOf(quantity, price) };
};

/** Names in it come from programs. */
const shown = (text: string): string => text.replaceAll(/[^\w ./:*-]/g, "?").slice(0, 80);
