import { type AssumptionName, type Assumptions, assume } from "./assumptions.ts";
import { perThousandPlayers } from "./perPlayer.ts";
import { type PriceBook, readPriceBook } from "./priceBook.ts";
import type { CountedType, PricedResource, ResourceCost, StackCost } from "./pricedResource.ts";
import { priceResource } from "./priceResource.ts";

export interface PricingOptions {
  /** The stack's region; of resources that name another, theirs holds. Undefined where none is known. */
  readonly region?: string | undefined;
  readonly assumptions?: Partial<Assumptions>;
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
  const { region, book = priceBook } = options;
  const assumptions = assume(options.assumptions);
  const used = new Set<AssumptionName>();
  const things = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const ofType = Map.groupBy(things, ({ type }) => type);
  const context = {
    book,
    region,
    ofType: (type: string) => ofType.get(type) ?? [],
    assume: (name: AssumptionName) => {
      used.add(name);
      return assumptions[name];
    },
  };
  const costs = things.map((resource) => priceResource(resource, context));
  const lines = costs.flatMap((cost) => cost.lines);
  const monthly = sum(lines);
  const players = perThousandPlayers(monthly, { assumptions, book, region });
  const told: readonly AssumptionName[] = players ? ["concurrentPlayers", "egressPerPlayer"] : [];
  return {
    currency: "USD",
    priceBook: book.version,
    monthly,
    byFactor: sum(lines.filter(({ basis }) => basis === "factor")),
    resources: costs,
    unpriced: counted(costs, ({ unpriced }) => unpriced),
    free: counted(costs, ({ free }) => free),
    assumptions: Object.fromEntries([...used, ...told].toSorted().map((name) => [name, assumptions[name]])),
    ...(players && { perThousandPlayers: players }),
  };
}

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
