import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { decimalText, type Price, type Tier } from "./money.ts";
import type { Basis } from "./pricedResource.ts";

/** A price of the book for one region, and how it came about. */
export interface FoundPrice extends Price {
  readonly what: string;
  readonly basis: Basis;
  /** US dollars for one unit, of the first tier. */
  readonly unitPrice: string;
}

export interface PriceBook {
  readonly version: string;
  /** The regions that it has prices of machines for. */
  readonly regions: readonly string[];
  /**
   * The price of an entry: `nat/hour`, or of a table: `ec2/m7i.large`, `rds/postgres db.r6g.large`, `elasticache/redis cache.r7g.large`.
   * Undefined for what is not in the book, and where neither the region's price nor a factor to it is known.
   */
  find(entry: string, region: string): FoundPrice | undefined;
  /** The highest price of an entry in any region, and which region that is; undefined where no region has one. */
  dearest(entry: string): DearestPrice | undefined;
}

export interface DearestPrice {
  readonly price: FoundPrice;
  readonly region: string;
}

export interface Source {
  readonly name: string;
  /** Of the figures: `2026-07-20`. */
  readonly date: string;
}

/** `book/ec2.json` and its like: one price a row and region, in the order of `regions`; null where none is known. */
export interface TableFile {
  readonly service: string;
  readonly what: string;
  readonly unit: string;
  readonly sources: readonly (Source & { readonly regions: readonly string[] })[];
  readonly regions: readonly string[];
  readonly prices: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A price in millionths of a dollar, or `[end of the tier, millionths]` with null for the last tier's end. */
export type WrittenPrice = number | readonly (readonly [number | null, number])[];

/** `book/services.json`. The region `*` stands for every commercial region, and for what is in none. */
export interface ServiceFile {
  readonly sources: Readonly<Record<string, Source>>;
  readonly entries: Readonly<Record<string, ServiceEntry>>;
}

export interface ServiceEntry {
  readonly what: string;
  readonly unit: string;
  readonly per?: number;
  /** Where AWS's price list has it: the code of the offer, the usage type without its region, and the operation. */
  readonly offer?: string;
  readonly usage?: string;
  readonly operation?: string;
  readonly source: string;
  /** Where in the source. */
  readonly found?: string;
  readonly prices: Readonly<Record<string, WrittenPrice>>;
}

const bookFiles = ["ec2.json", "elasticache.json", "rds.json", "services.json"] as const;
const HOME = "us-east-1";

/** By which two regions are compared: the first of them that is priced in both. */
const comparedBy = ["m5.large", "m6i.large", "m7i.large"];

/** Reads a book; its tables when they are first asked for. @param folder URL of the folder, with a slash at its end */
export function readPriceBook(folder: URL): PriceBook {
  const text = lazily((name: string) => readFileSync(new URL(name, folder), "utf8"));
  // What is in the book was checked when it was written, by a test and by the command that refreshes it; hence the casts.
  const table = lazily((name: string) => JSON.parse(text(`${name}.json`)) as TableFile);
  const services = lazily(() => JSON.parse(text("services.json")) as ServiceFile);
  const version = lazily(() => versionOf(bookFiles.map(text)));
  const found = new Map<string, FoundPrice | undefined>();
  const highest = new Map<string, DearestPrice | undefined>();

  function inTable(name: string, row: string, region: string): number | undefined {
    const { prices, regions } = table(name);
    return (Object.hasOwn(prices, row) ? prices[row]?.[regions.indexOf(region)] : undefined) ?? undefined;
  }

  /** What an instance costs in a region and where a price is from, as a fraction. */
  function factorTo(region: string, from: string): { readonly there: number; readonly here: number } | undefined {
    for (const type of comparedBy) {
      const [there, here] = [inTable("ec2", type, region), inTable("ec2", type, from)];
      if (there !== undefined && here !== undefined) return { there, here };
    }
    return undefined;
  }

  function ofService(entry: string, region: string): Unshown | undefined {
    const { entries } = services("");
    const written = Object.hasOwn(entries, entry) ? entries[entry] : undefined;
    if (written === undefined) return undefined;
    const { what, unit, per = 1, prices } = written;
    const listed = prices[region] ?? prices["*"];
    if (listed !== undefined) return { what, unit, per, tiers: tiersOf(listed), basis: "listed" };
    const from = HOME in prices ? HOME : Object.keys(prices)[0];
    const known = from === undefined ? undefined : prices[from];
    const factor = from === undefined ? undefined : factorTo(region, from);
    if (known === undefined || factor === undefined) return undefined;
    const tiers = tiersOf(known).map(({ upTo, micros }) => ({ upTo, micros: scaled(micros, factor) }));
    return { what, unit, per, tiers, basis: "factor" };
  }

  function look(entry: string, region: string): Unshown | undefined {
    const slash = entry.indexOf("/");
    const name = entry.slice(0, slash);
    if (!tables.has(name)) return ofService(entry, region);
    const micros = inTable(name, entry.slice(slash + 1), region);
    if (micros === undefined) return undefined;
    const { what, unit } = table(name);
    return { what, unit, per: 1, tiers: [{ upTo: undefined, micros }], basis: "listed" };
  }

  function find(entry: string, region: string): FoundPrice | undefined {
    const key = `${entry} ${region}`;
    if (!found.has(key)) {
      if (found.size >= MOST_FOUND) found.clear(); // names of entries come from programs
      const price = look(entry, region);
      found.set(key, price && { ...price, unitPrice: decimalText(price.tiers[0]?.micros ?? 0, price.per) });
    }
    return found.get(key);
  }

  function lookDearest(entry: string): DearestPrice | undefined {
    const prices = table("ec2").regions.flatMap((region) => {
      const price = find(entry, region);
      return price === undefined ? [] : [{ region, price: { ...price, basis: "dearest" as const } }];
    });
    const [first, ...rest] = prices;
    return first && rest.reduce((most, other) => (firstTier(other) > firstTier(most) ? other : most), first);
  }

  return {
    find,
    get version() {
      return version("");
    },
    get regions() {
      return table("ec2").regions;
    },
    dearest(entry) {
      if (!highest.has(entry)) {
        if (highest.size >= MOST_FOUND) highest.clear();
        highest.set(entry, lookDearest(entry));
      }
      return highest.get(entry);
    },
  };
}

type Unshown = Omit<FoundPrice, "unitPrice">;

const MOST_FOUND = 10_000;
const tables: ReadonlySet<string> = new Set(["ec2", "elasticache", "rds"]);

/** Of all entries but traffic to the internet it is the only one. */
const firstTier = ({ price }: DearestPrice): number => price.tiers[0]?.micros ?? 0;

/** Half up, in integers. */
const scaled = (micros: number, { there, here }: { readonly there: number; readonly here: number }): number =>
  Number((BigInt(micros) * BigInt(there) * 2n + BigInt(here)) / (BigInt(here) * 2n));

const tiersOf = (written: WrittenPrice): readonly Tier[] =>
  typeof written === "number"
    ? [{ upTo: undefined, micros: written }]
    : written.map(([upTo, micros]) => ({ upTo: upTo ?? undefined, micros }));

/** The newest date among the sources, and a digest of all there is: what differs has another version. */
function versionOf(texts: readonly string[]): string {
  const dates = texts.flatMap((text) => [...text.matchAll(/"date": ?"(\d{4}-\d{2}-\d{2})"/g)].map(([, date]) => date));
  const digest = createHash("sha256").update(texts.join("\0")).digest("hex");
  return `${dates.toSorted().at(-1)}-${digest.slice(0, 8)}`;
}

function lazily<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    return value;
  };
}
