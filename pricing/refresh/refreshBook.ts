import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ServiceFile, TableFile, WrittenPrice } from "../priceBook.ts";
import { isMachine, isOf, PriceFault, priceOfRows } from "./offerPrices.ts";
import { type OfferRow, readOffer } from "./offerRows.ts";

export interface RefreshOptions {
  /** Absolute path of the book's folder. */
  readonly folder: string;
  /** Left out: all of the book. */
  readonly regions?: readonly string[];
  /** The lines of the offer file of a service in a region. */
  readonly open: (offer: string, region: string) => AsyncIterable<string>;
  readonly dryRun?: boolean;
  readonly say: (line: string) => void;
}

export interface Refreshed {
  /** `nat/hour eu-west-1: none to 48000`, in millionths of a US dollar. */
  readonly changes: readonly string[];
  /** Entries that AWS's list was not asked for, because the book does not say where they are in it. */
  readonly left: number;
}

const AWS = "AWS's price list (pricing.us-east-1.amazonaws.com/offers/v1.0)";
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Brings machines and services up to date. All of it is read and checked before anything is written; what fails leaves the book as it
 * was. A price that the book has for a region must be in the region's file.
 *
 * @throws OfferFault, PriceFault
 */
export async function refreshBook({ folder, open, say, dryRun, ...options }: RefreshOptions): Promise<Refreshed> {
  const read = async (name: string) => JSON.parse(await readFile(path.join(folder, name), "utf8"));
  // What is in the book was checked when it was written; hence the casts.
  const services = (await read("services.json")) as ServiceFile;
  const machines = (await read("ec2.json")) as TableFile;
  const regions = options.regions ?? machines.regions;
  const unknown = regions.find((region) => !machines.regions.includes(region));
  if (unknown !== undefined)
    throw new PriceFault(`${unknown} is no region of the book; it has ${machines.regions.join(", ")}`);
  const mapped = Object.entries(services.entries).filter(
    ([, { offer, usage, prices }]) => offer && usage && !("*" in prices),
  );
  const entries = structuredClone(services.entries) as Record<string, Mutable<ServiceFile["entries"][string]>>;
  const prices = structuredClone(machines.prices) as Record<string, (number | null)[]>;
  const changes: string[] = [];
  const dates: string[] = [];

  const note = (what: string, before: unknown, after: unknown): void => {
    if (JSON.stringify(before) !== JSON.stringify(after))
      changes.push(`${what}: ${JSON.stringify(before) ?? "none"} to ${JSON.stringify(after)}`);
  };

  for (const region of regions)
    for (const offer of new Set(["AmazonEC2", ...mapped.map(([, entry]) => entry.offer ?? "")])) {
      const wanted = mapped.filter(([, entry]) => entry.offer === offer);
      const found = new Map<string, OfferRow[]>();
      const collect = (name: string, row: OfferRow) => void found.set(name, [...(found.get(name) ?? []), row]);
      const file = `${offer} of ${region}`;
      const { published, rows } = await readOffer(open(offer, region), file, (row) => {
        if (offer === "AmazonEC2" && isMachine(row)) collect(`ec2/${row.instanceType}`, row);
        for (const [name, entry] of wanted) if (isOf(entry, row, region)) collect(name, row);
      });
      say(`${file}: ${rows} rows, published ${published}`);
      dates.push(published);
      for (const [name, entry] of wanted) {
        const at = found.get(name);
        if (at === undefined && entry.prices[region] === undefined) continue; // by factor, as before
        if (at === undefined) throw new PriceFault(`${name}: ${file} has no price for ${entry.usage}`);
        const price: WrittenPrice = priceOfRows(`${name} in ${region}`, entry.per ?? 1, at);
        note(`${name} ${region}`, entry.prices[region], price);
        const target = entries[name];
        if (target) Object.assign(target, { prices: { ...target.prices, [region]: price }, source: "aws" });
      }
      if (offer === "AmazonEC2") takeMachines({ region, machines, prices, found, note });
    }

  const date = dates.toSorted()[0] ?? "";
  const left = Object.keys(entries).length - mapped.length;
  if (!dryRun && changes.length > 0) {
    const sources = { ...services.sources, aws: { name: AWS, date } };
    await writeWhole(path.join(folder, "services.json"), { sources, entries });
    const kept = machines.sources
      .map((source) => ({ ...source, regions: source.regions.filter((region) => !regions.includes(region)) }))
      .filter((source) => source.regions.length > 0);
    await writeWhole(path.join(folder, "ec2.json"), {
      ...machines,
      sources: [{ name: AWS, date, regions }, ...kept],
      prices,
    });
  }
  return { changes, left };
}

interface Machines {
  readonly region: string;
  readonly machines: TableFile;
  readonly prices: Record<string, (number | null)[]>;
  readonly found: ReadonlyMap<string, readonly OfferRow[]>;
  readonly note: (what: string, before: unknown, after: unknown) => void;
}

/** Types come and go; none at all is a file of another kind. */
function takeMachines({ region, machines, prices, found, note }: Machines): void {
  const place = machines.regions.indexOf(region);
  const types = [...found.keys()].filter((name) => name.startsWith("ec2/"));
  if (types.length === 0) throw new PriceFault(`ec2 in ${region}: the file has no machine on demand`);
  for (const type of Object.keys(prices))
    if (!found.has(`ec2/${type}`) && prices[type]?.[place] != null) {
      note(`ec2/${type} ${region}`, prices[type]?.[place], null);
      prices[type]?.splice(place, 1, null);
    }
  for (const name of types) {
    const price = priceOfRows(`${name} in ${region}`, 1, found.get(name) ?? []);
    if (typeof price !== "number")
      throw new PriceFault(`${name} in ${region}: a machine has one price, and this has tiers`);
    const type = name.slice("ec2/".length);
    const row = prices[type] ?? machines.regions.map(() => null);
    prices[type] = row;
    note(`${name} ${region}`, row[place] ?? undefined, price);
    row[place] = price;
  }
}

/** A row a line, so that a change of the book can be read; compact otherwise, since it travels with the pack. */
function bookText(content: object): string {
  const members = Object.entries(content).map(([key, value]) => {
    if (key !== "prices" && key !== "entries") return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const rows = Object.entries(value).map(([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)}`);
    return `  ${JSON.stringify(key)}: {\n${rows.join(",\n")}\n  }`;
  });
  return `{\n${members.join(",\n")}\n}\n`;
}

/** Beside the old file first: who reads meanwhile has one or the other. */
async function writeWhole(file: string, content: object): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    await writeFile(unfinished, bookText(content));
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}
