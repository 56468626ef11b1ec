/** Seconds. */
interface Convergence {
  readonly dns: number;
  readonly healthChecks: number;
  readonly draining: number;
  readonly metrics: number;
}

/**
 * What passes, at the longest, until a new weight holds for everyone and can be seen:
 * - `dns`: clients keep a balancer's address for its time to live of 60 s, so one that was just scaled or replaced is met late
 *   (Elastic Load Balancing user guide, "How Elastic Load Balancing works": the DNS entry's TTL is 60 seconds);
 * - `healthChecks`: a target is taken for healthy, or not, after two checks, 10 s apart (our own setting, frontDoor.ts);
 * - `draining`: requests under way on targets that leave have 60 s (our own deregistration delay, frontDoor.ts);
 * - `metrics`: balancers report every 60 s (user guide, "CloudWatch metrics for your Application Load Balancer").
 * AWS publishes no figure for how long its own data plane takes to pick up a listener's new weights; it is seconds, and inside these.
 */
export const convergence: Convergence = { dns: 60, healthChecks: 20, draining: 60, metrics: 60 };

/** Minutes in a row that the alarms on the front door look at: earlier than that none of them can ring. */
export const judgedMinutes = 5;

/** The shortest bake that can show anything: convergence, and then the minutes that the alarms judge. */
export function leastBakeMinutes({ dns, healthChecks, draining, metrics }: Convergence = convergence): number {
  return Math.ceil((dns + healthChecks + draining + metrics) / 60) + judgedMinutes;
}
