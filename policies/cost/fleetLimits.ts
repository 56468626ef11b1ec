import { numberPerEnvironment, textPerEnvironment } from "../setting.ts";

const smallSizes = ["nano", "micro", "small", "medium", "large", "xlarge"];

/** Above 12xlarge one lost machine ends too many matches at once; nobody waits for the larger ones in development. */
export const largestSize = textPerEnvironment(
  {
    name: "largestSize",
    description: "the largest size of an instance, as the `2xlarge` in `m7i.2xlarge`",
    initial: { development: "2xlarge", staging: "4xlarge", production: "12xlarge" },
  },
  new RegExp(`^(${smallSizes.join("|")}|[1-9][0-9]*xlarge)$`),
);

/**
 * A few hundred bots in development; a tenth of a launch night in staging, which is what load tests replay; in production AWS's quota of nodes
 * in a managed node group.
 */
export const mostMachines = numberPerEnvironment(
  {
    name: "mostMachines",
    description: "the most machines in one group",
    initial: { development: 20, staging: 60, production: 450 },
  },
  { minimum: 0 },
);

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
