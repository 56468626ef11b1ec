import type { ServiceEntry, WrittenPrice } from "../priceBook.ts";
import type { OfferRow } from "./offerRows.ts";

/** A price that cannot be taken; the message names the entry. */
export class PriceFault extends Error {
  readonly code = "price-fault";
}

type Wanted = Pick<ServiceEntry, "usage" | "operation">;

/** Usage types are `NatGateway-Hours` in us-east-1, and `EUW1-NatGateway-Hours` or the like elsewhere. */
export function isOf({ usage, operation }: Wanted, row: OfferRow, region: string): boolean {
  if (row.termType !== "OnDemand" || usage === undefined) return false;
  if (operation !== undefined && row.operation !== operation) return false;
  if (row.usage === usage) return true;
  const prefix = row.usage.endsWith(`-${usage}`) ? row.usage.slice(0, -usage.length - 1) : "";
  return (region === "us-east-1" ? /^USE1$/ : /^[A-Z]{2,4}\d?$/).test(prefix) && prefix !== "IA";
}

/** A Linux machine on demand, shared with others, without software to be paid for. */
export const isMachine = (row: OfferRow): boolean =>
  row.termType === "OnDemand" &&
  row.operation === "RunInstances" &&
  row.machine === "Shared/Linux/NA/Used" &&
  /BoxUsage:/.test(row.usage);

/** The price of the rows that an entry has in one region. @throws PriceFault */
export function priceOfRows(name: string, per: number, rows: readonly OfferRow[]): WrittenPrice {
  const foreign = rows.find(({ currency }) => currency !== "USD");
  if (foreign) throw new PriceFault(`${name}: the price is in ${foreign.currency || "no currency"}, not in USD`);
  const tiers = rows
    .map(({ from, to, price }) => ({ from: Number(from || "0"), to: rangeEnd(to), micros: microsOf(name, price, per) }))
    .toSorted((one, other) => one.from - other.from);
  const distinct = tiers.filter(
    (tier, index) =>
      !tiers.slice(0, index).some((before) => before.from === tier.from && before.micros === tier.micros),
  );
  for (const [index, { from }] of distinct.entries())
    if (from !== (index === 0 ? 0 : distinct[index - 1]?.to))
      throw new PriceFault(`${name}: its tiers have a gap or overlap at ${from}; two prices of the list may be meant`);
  if (distinct.at(-1)?.to !== undefined)
    throw new PriceFault(`${name}: its last tier ends, and what is above has no price`);
  if (distinct.length === 1) return distinct[0]?.micros ?? 0;
  return distinct.map(({ to, micros }) => [to ?? null, micros] as const);
}

const rangeEnd = (text: string): number | undefined => (text === "" || text === "Inf" ? undefined : Number(text));

function microsOf(name: string, price: string, per: number): number {
  if (!/^\d+(\.\d+)?$/.test(price)) throw new PriceFault(`${name}: ${JSON.stringify(price.slice(0, 40))} is no price`);
  const exact = Number(price) * per * 1_000_000;
  const micros = Math.round(exact);
  if (Math.abs(exact - micros) > 0.01) throw new PriceFault(`${name}: ${price} USD is finer than the book counts`);
  return micros;
}
