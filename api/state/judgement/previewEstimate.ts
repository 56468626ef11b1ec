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
  /** Of `after`, what is priced as in the dearest region; absent from what was kept before it was told apart. */
  readonly byDearest?: Micros;
  /** Those that cost something before or after or have no price, the largest changes first; at most `MOST_RESOURCES`. */
  readonly resources: readonly ResourceEstimate[];
  readonly resourcesLeftOut: number;
  readonly unpriced: readonly CountedType[];
  readonly regionAssumed?: readonly CountedType[];
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
  readonly regionAssumed?: string;
}

/** More than a person reads, and less than burdens a row that is read with every list. */
const MOST_RESOURCES = 200;

export function previewEstimate({ before, after }: Pick<PreviewCost, "before" | "after">): PreviewEstimate {
  const resources = changedResources({ before, after });
  return {
    currency: "USD",
    priceBook: after.priceBook,
    before: before.monthly,
    after: after.monthly,
    byFactor: after.byFactor,
    byDearest: after.byDearest,
    resources: resources.slice(0, MOST_RESOURCES),
    resourcesLeftOut: Math.max(resources.length - MOST_RESOURCES, 0),
    unpriced: after.unpriced,
    regionAssumed: after.regionAssumed,
    assumptions: after.assumptions,
    ...(after.perThousandPlayers && { perThousandPlayers: after.perThousandPlayers }),
  };
}

function changedResources({ before, after }: Pick<PreviewCost, "before" | "after">): readonly ResourceEstimate[] {
  const was = new Map(before.resources.map((cost) => [cost.urn, cost]));
  const is = new Map(after.resources.map((cost) => [cost.urn, cost]));
  const rows = [...new Set([...was.keys(), ...is.keys()])].flatMap((urn): ResourceEstimate[] => {
    const [old, now] = [was.get(urn), is.get(urn)];
    const cost = now ?? old;
    if (cost === undefined || (!old?.monthly && !now?.monthly && now?.unpriced === undefined)) return [];
    const { type, region } = cost;
    const amounts = { before: old?.monthly ?? 0, after: now?.monthly ?? 0 };
    const reasons = {
      ...(now?.unpriced && { unpriced: now.unpriced }),
      ...(now?.regionAssumed && { regionAssumed: now.regionAssumed }),
    };
    return [{ urn, type, ...(region && { region }), ...amounts, ...reasons }];
  });
  const weight = (row: ResourceEstimate): number => Math.abs(row.after - row.before);
  return rows.toSorted((one, other) => weight(other) - weight(one) || other.after - one.after);
}

/** For a person: `+ 123.40 USD a month, from 100.00 to 223.40; 1 resource has no price, or a part that has none: aws:mq/broker:Broker`. */
export function describeEstimate({ before, after, unpriced, byFactor, byDearest = 0 }: PreviewEstimate): string {
  const change = after - before;
  const sign = change === 0 ? "no change:" : change > 0 ? `+ ${dollarText(change)}` : `- ${dollarText(-change)}`;
  return [
    change === 0
      ? `${sign} ${dollarText(after)} USD a month`
      : `${sign} USD a month, from ${dollarText(before)} to ${dollarText(after)}`,
    ...(byFactor > 0 ? [`${dollarText(byFactor)} of it by another region's prices`] : []),
    ...(byDearest > 0
      ? [`${dollarText(byDearest)} of it as in the dearest region, because the region or its price is not known`]
      : []),
    ...(unpriced.length > 0 ? [describeUnpriced(unpriced)] : []),
  ].join("; ");
}

const MOST_TYPES = 5;

/** Who reads it decides whether to go on, and what has no price is in no budget: so it names the types. */
function describeUnpriced(unpriced: readonly CountedType[]): string {
  const counts = new Map<string, number>();
  for (const { type, count } of unpriced) counts.set(type, (counts.get(type) ?? 0) + count);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const named = [...counts].slice(0, MOST_TYPES).map(([type, count]) => (count === 1 ? type : `${count} ${type}`));
  const more = counts.size > MOST_TYPES ? [`${counts.size - MOST_TYPES} more types`] : [];
  const have = all === 1 ? "resource has" : "resources have";
  return `${all} ${have} no price, or a part that has none: ${[...named, ...more].join(", ")}`;
}
