import type { EdgeInputs, Origin } from "./inputs.ts";

/**
 * What an origin is to the others. `serving`: takes its share. `primary` and `secondary`: a pair. `spare`: has no share; only the
 * accelerator comes to it, when nothing else is healthy.
 */
export type Part = "serving" | "primary" | "secondary" | "spare";

export interface PlannedOrigin {
  readonly origin: Origin;
  readonly part: Part;
  /** The accelerator's traffic dial, in percent. */
  readonly dial: number;
}

/** Who takes what, in the order of the inputs. */
export function planTraffic({ origins, routing }: Pick<EdgeInputs, "origins" | "routing">): readonly PlannedOrigin[] {
  return origins.map((origin, index) => {
    if (routing === "failover") {
      return index === 0 ? { origin, part: "primary", dial: origin.weight } : { origin, part: "secondary", dial: 0 };
    }
    return { origin, part: origin.weight === 0 ? "spare" : "serving", dial: origin.weight };
  });
}

/** Those that names lead to, and that have a switch each: all but spares. */
export function named(plan: readonly PlannedOrigin[]): readonly PlannedOrigin[] {
  return plan.filter(({ part }) => part !== "spare");
}
