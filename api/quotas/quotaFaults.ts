import type { QuotaDemand } from "../../programs/blueprint.ts";
import type { Fault } from "../base/problem.ts";
import type { QuotaLimit } from "./quotaSource.ts";

interface Region {
  readonly region: string;
  readonly limits: readonly QuotaLimit[];
  /** By code, what other stack sets have asked for in the same account and region. */
  readonly promised: ReadonlyMap<string, number>;
}

/** What does not fit, with what would. A quota that nobody tells of is not judged. */
export function quotaFaults(demands: readonly QuotaDemand[], { region, limits, promised }: Region): readonly Fault[] {
  return demands.flatMap(({ quota, amount, pointer, fitting }) => {
    const limit = limits.find(({ code }) => code === quota);
    if (limit === undefined) return [];
    const taken = promised.get(quota) ?? 0;
    const available = Math.max(0, limit.value - taken);
    if (amount <= available) return [];
    const others = taken === 0 ? "" : `, of which other stack sets have asked for ${taken}`;
    const detail =
      `This takes ${amount} ${limit.unit} in ${region} at the peak, and the account's quota ${quota} (${limit.name}) is ${limit.value}${others}: ` +
      `${fitting(available)}. Give less, more regions, or have the quota raised.`;
    return [{ pointer: `/inputs${pointer}`, detail }];
  });
}

/** What several stacks together ask of each quota. */
export function sumDemands(demands: readonly QuotaDemand[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { quota, amount } of demands) sums.set(quota, (sums.get(quota) ?? 0) + amount);
  return sums;
}
