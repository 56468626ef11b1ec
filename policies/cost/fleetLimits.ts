import type { Environment } from "../judgedResource.ts";

interface FleetLimit {
  /** The largest size of an instance, as in `m7i.2xlarge`. */
  readonly size: string;
  /** The most machines in one group. */
  readonly count: number;
  readonly reason: string;
}

/** How large one group of machines may be. */
export const fleetLimits: Readonly<Record<Environment, FleetLimit>> = {
  development: {
    size: "2xlarge",
    count: 20,
    reason: "enough to play with a few hundred bots; no person waits for more",
  },
  staging: { size: "4xlarge", count: 60, reason: "a tenth of a launch night, which is what load tests replay" },
  production: {
    size: "12xlarge",
    count: 450,
    reason:
      "AWS's quota of nodes in a managed node group; above 12xlarge one lost machine ends too many matches at once",
  },
};

const smallSizes = ["nano", "micro", "small", "medium", "large", "xlarge"];

/**
 * Orders instance sizes: nano to large, then xlarge and its multiples. A whole machine (`metal`, `metal-24xl`) and a size
 * of a form not known here rank above all, so that they are refused until somebody decides.
 */
export function sizeRank(size: string): number {
  const small = smallSizes.indexOf(size);
  if (small >= 0) return small - smallSizes.length + 2;
  const multiple = /^(\d+)xlarge$/.exec(size)?.[1];
  return multiple === undefined ? Number.POSITIVE_INFINITY : Number(multiple);
}

/** The size in an instance type: `m7i.2xlarge`, `db.r6g.large`, `cache.t4g.small`. */
export const sizeOf = (instanceType: string): string => instanceType.split(".").at(-1) ?? "";
