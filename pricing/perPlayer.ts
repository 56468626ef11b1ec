import type { Assumptions } from "./assumptions.ts";
import { costOf } from "./money.ts";
import type { PriceBook } from "./priceBook.ts";
import type { Micros, PlayerCost } from "./pricedResource.ts";

/** AWS counts a gigabyte of traffic as 2^30 bytes. */
const BYTES_PER_GB = 2 ** 30;
const SECONDS_PER_HOUR = 3_600;

/** Gigabytes a month that the game sends to its players. */
const egressGigabytes = ({ concurrentPlayers, egressPerPlayer, hoursPerMonth }: Assumptions): number =>
  (concurrentPlayers * egressPerPlayer * 125 * SECONDS_PER_HOUR * hoursPerMonth) / BYTES_PER_GB;

/**
 * What a stack costs for each thousand players at the same time, their traffic included. Undefined where nobody said how many there are.
 * Where the region's price of traffic is not known, the dearest region's holds.
 *
 * @param monthly what the stack costs without the traffic
 */
export function perThousandPlayers(
  monthly: Micros,
  {
    assumptions,
    book,
    region,
  }: { readonly assumptions: Assumptions; readonly book: PriceBook; readonly region: string | undefined },
): PlayerCost | undefined {
  const { concurrentPlayers } = assumptions;
  const there = region === undefined ? undefined : book.find("egress/internet", region);
  const price = there ?? book.dearest("egress/internet")?.price;
  if (concurrentPlayers === 0 || price === undefined) return undefined;
  const egress = costOf(egressGigabytes(assumptions), price);
  const ofThousand = (micros: number): Micros => Math.round((micros * 1_000) / concurrentPlayers);
  return { monthly: ofThousand(monthly + egress), egress: ofThousand(egress) };
}
