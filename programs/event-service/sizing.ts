export interface WorkPlan {
  /** The longest that one message may take. */
  readonly workerSeconds: number;
  readonly retryLimit: number;
}

/** The most that SQS hides a message, in seconds. Source: Amazon SQS API reference, CreateQueue. */
const longestVisibility = 43_200;

/**
 * How long a message is hidden while it is worked on: six times the worker's own limit, so that a batch that is slow is not started
 * twice. Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
 */
export function visibilitySeconds({ workerSeconds }: WorkPlan): number {
  return Math.min(6 * workerSeconds, longestVisibility);
}

/** How old the oldest message may get before a person hears: later than one retry, sooner than the last. In seconds. */
export function queueAgeAlarmSeconds(plan: WorkPlan): number {
  return Math.max(300, Math.ceil((visibilitySeconds(plan) * Math.min(plan.retryLimit, 2)) / 60) * 60);
}

/** The growth of a rollout in percent of those who read, so that it takes its minutes in whole steps; AppConfig takes 1 to 100. */
export function growthPercent(steps: number): number {
  return Math.min(100, Math.max(1, Math.ceil(100 / steps)));
}
