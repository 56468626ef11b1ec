import { type AssumptionName, type Assumptions, assume } from "./assumptions.ts";
import { perThousandPlayers } from "./perPlayer.ts";
import { type PriceBook, readPriceBook } from "./priceBook.ts";
import type { CountedType, PricedResource, ResourceCost, StackCost } from "./pricedResource.ts";
import { priceKnown, priceResource } from "./priceResource.ts";

export interface PricingOptions {
  /** The stack's region; of resources that name another, theirs holds. Undefined where none is known: then the dearest region's prices hold. */
  readonly region?: string | undefined;
  readonly assumptions?: Partial<Assumptions>;
  /** URNs of what is asked about; the other resources are there to be referred to. Left out: all. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Told of each value that is not known yet and that a price hangs on, as it was thrown when it was read. */
  readonly unknown?: (error: Error) => void;
  /** Left out: the repository's own. */
  readonly book?: PriceBook;
}

/** The book of this repository; read when it is first asked for a price. */
export const priceBook: PriceBook = readPriceBook(new URL("./book/", import.meta.url));

/**
 * What some resources cost a month, by what their inputs say and what is assumed of their use. What has no price is listed with the
 * reason, what is free by its name; providers and the stack itself are nothing to price.
 *
 * @throws RangeError for an assumption outside its bounds
 */
export function priceStack(resources: readonly PricedResource[], options: PricingOptions = {}): StackCost {
  const { region, only, book = priceBook } = options;
  const assumptions = assume(options.assumptions);
  const used = new Set<AssumptionName>();
  const things = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const ofType = new Map<string, PricedResource[]>(); // Map.groupBy is newer than the oldest Node of a laptop
  for (const thing of things) {
    const same = ofType.get(thing.type);
    if (same === undefined) ofType.set(thing.type, [thing]);
    else same.push(thing);
  }
  const context = {
    book,
    region,
    ofType: (type: string) => ofType.get(type) ?? [],
    assume: (name: AssumptionName) => {
      used.add(name);
      return assumptions[name];
    },
  };
  const asked = only === undefined ? things : things.filter(({ urn }) => only.has(urn));
  const costs = asked.map((resource) => priceResource(resource, context, options.unknown));
  const lines = costs.flatMap((cost) => cost.lines);
  const monthly = Math.min(sum(lines), MOST_OF_STACK);
  const players = perThousandPlayers(monthly, { assumptions, book, region });
  const told: readonly AssumptionName[] = players ? ["concurrentPlayers", "egressPerPlayer"] : [];
  return {
    currency: "USD",
    priceBook: book.version,
    monthly,
    byFactor: sum(lines.filter(({ basis }) => basis === "factor")),
    byDearest: sum(lines.filter(({ basis }) => basis === "dearest")),
    resources: costs,
    unpriced: counted(costs, ({ unpriced }) => unpriced),
    regionAssumed: counted(costs, ({ regionAssumed }) => regionAssumed),
    free: counted(costs, ({ free }) => free),
    assumptions: Object.fromEntries([...used, ...told].toSorted().map((name) => [name, assumptions[name]])),
    ...(players && { perThousandPlayers: players }),
  };
}

/**
 * What one resource costs a month by itself: what hangs on others of its stack, as a group's machines on a launch template, has no
 * price.
 *
 * @throws an error of the code `unknown-value` where the price hangs on what a preview does not know
 */
export function priceAlone(resource: PricedResource, options: PricingOptions = {}): ResourceCost {
  const { region, book = priceBook } = options;
  const assumptions = assumedBefore(options.assumptions);
  return priceKnown(resource, { book, region, ofType: () => [], assume: (name) => assumptions[name] });
}

/** A rule asks with the same assumptions for each resource. */
const assumedBefore = (() => {
  let last: { readonly given: Partial<Assumptions> | undefined; readonly all: Assumptions } | undefined;
  return (given: Partial<Assumptions> | undefined): Assumptions => {
    if (last === undefined || last.given !== given) last = { given, all: assume(given) };
    return last.all;
  };
})();

/** Above any budget, and still an integer that a number holds exactly: inputs may ask for more than can be counted. */
const MOST_OF_STACK = 9_000_000_000_000_000;

const sum = (lines: readonly { readonly monthly: number }[]): number =>
  lines.reduce((total, { monthly }) => total + monthly, 0);

/** Once for each type and reason, in the order of their types. */
function counted(
  costs: readonly ResourceCost[],
  reasonOf: (cost: ResourceCost) => string | undefined,
): readonly CountedType[] {
  const counts = new Map<string, CountedType>();
  for (const cost of costs) {
    const why = reasonOf(cost);
    if (why === undefined) continue;
    const key = `${cost.type} ${why}`;
    counts.set(key, { type: cost.type, count: (counts.get(key)?.count ?? 0) + 1, why });
  }
  return [...counts.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
