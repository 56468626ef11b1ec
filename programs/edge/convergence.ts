import type { EdgeInputs } from "./inputs.ts";

/** How many answers in a row change a health check's mind. */
export const FAILURES = 3;
export const SWITCH_FAILURES = 2;

/**
 * How long an answer is kept, in seconds. An alias to a load balancer or an accelerator is answered with a TTL of 60
 * (Amazon Route 53 developer guide, "Choosing between alias and non-alias records").
 */
const TTL = 60;

/**
 * How long a routing control takes to be seen by its health check, in seconds: a guess on the safe side of what AWS says, "within
 * seconds" (ARC developer guide, "Routing control"). There is nothing to ask at an interval.
 */
const CONTROL_SECONDS = 10;

/** Seconds after which a resolver that keeps to TTLs sends nobody there any more. */
export interface Convergence {
  /** After a region stopped answering. Interval × failures + TTL (Route 53 developer guide, "How Route 53 determines whether a health check is healthy"). */
  readonly names: number;
  /** After its switch was thrown; absent without switches. */
  readonly switched?: number;
  /** For connections through the accelerator, after the load balancer has no healthy target: under a minute (AWS Global Accelerator, "Features"). */
  readonly accelerator: number;
}

/** How long traffic goes on to a region that it should leave. */
export function convergence({
  healthInterval,
  switches,
}: Pick<EdgeInputs, "healthInterval" | "switches">): Convergence {
  const failed = { names: healthInterval * FAILURES + TTL, accelerator: 60 };
  if (switches === "none") return failed;
  const seen = switches === "routing-controls" ? CONTROL_SECONDS : healthInterval * SWITCH_FAILURES;
  return { ...failed, switched: seen + TTL };
}
