import { type CountedType, dollarText, type Micros, type PlayerCost, type StackCost } from "../../../pricing/index.ts";
import type { PreviewCost } from "./previewCost.ts";

/** What a preview says of a stack's cost a month, as it is kept: amounts in millionths of a US dollar. */
export interface PreviewEstimate {
  readonly currency: "USD";
  readonly priceBook: string;
  readonly before: Micros;
  readonly after: Micros;
  /** Of `after`, what stands on prices of another region. */
  readonly byFactor: Micros;
  /** Those that cost something before or after or have no price, the largest changes first; at most `MOST_RESOURCES`. */
  readonly resources: readonly ResourceEstimate[];
  readonly resourcesLeftOut: number;
  readonly unpriced: readonly CountedType[];
  readonly assumptions: StackCost["assumptions"];
  readonly perThousandPlayers?: PlayerCost;
}

export interface ResourceEstimate {
  readonly urn: string;
  readonly type: string;
  readonly region?: string;
  readonly before: Micros;
  readonly after: Micros;
  readonly unpriced?: string;
}

/** More than a person reads, and less than burdens a row that is read with every list. */
const MOST_RESOURCES = 200;

export function previewEstimate({ before, after }: PreviewCost): PreviewEstimate {
  const resources = changedResources({ before, after });
  return {
    currency: "USD",
    priceBook: after.priceBook,
    before: before.monthly,
    after: after.monthly,
    byFactor: after.byFactor,
    resources: resources.slice(0, MOST_RESOURCES),
    resourcesLeftOut: Math.max(resources.length - MOST_RESOURCES, 0),
    unpriced: after.unpriced,
    assumptions: after.assumptions,
    ...(after.perThousandPlayers && { perThousandPlayers: after.perThousandPlayers }),
  };
}

function changedResources({ before, after }: PreviewCost): readonly ResourceEstimate[] {
  const was = new Map(before.resources.map((cost) => [cost.urn, cost]));
  const is = new Map(after.resources.map((cost) => [cost.urn, cost]));
  const rows = [...new Set([...was.keys(), ...is.keys()])].flatMap((urn): ResourceEstimate[] => {
    const [old, now] = [was.get(urn), is.get(urn)];
    const cost = now ?? old;
    if (cost === undefined || (!old?.monthly && !now?.monthly && now?.unpriced === undefined)) return [];
    const { type, region } = cost;
    const amounts = { before: old?.monthly ?? 0, after: now?.monthly ?? 0 };
    return [{ urn, type, ...(region && { region }), ...amounts, ...(now?.unpriced && { unpriced: now.unpriced }) }];
  });
  const weight = (row: ResourceEstimate): number => Math.abs(row.after - row.before);
  return rows.toSorted((one, other) => weight(other) - weight(one) || other.after - one.after);
}

/** For a person: `+ 123.40 USD a month, from 100.00 to 223.40; 3 resources have no price`. */
export function describeEstimate({ before, after, unpriced, byFactor }: PreviewEstimate): string {
  const change = after - before;
  const sign = change === 0 ? "no change:" : change > 0 ? `+ ${dollarText(change)}` : `- ${dollarText(-change)}`;
  const count = unpriced.reduce((sum, entry) => sum + entry.count, 0);
  return [
    change === 0
      ? `${sign} ${dollarText(after)} USD a month`
      : `${sign} USD a month, from ${dollarText(before)} to ${dollarText(after)}`,
    ...(byFactor > 0 ? [`${dollarText(byFactor)} of it by another region's prices`] : []),
    ...(count > 0
      ? [`${count} ${count === 1 ? "resource has" : "resources have"} no price, or a part that has none`]
      : []),
  ].join("; ");
}
