import type { ProblemDocument } from "../base/problem.ts";

export const rolloutKinds = ["create", "update", "destroy"] as const;
export type RolloutKind = (typeof rolloutKinds)[number];

/** `awaiting-approval`, `paused`, `rolling-back` and `rolled-back` are reserved: nothing leads there yet. */
export const rolloutStatuses = [
  "queued",
  "running",
  "cancelling",
  "awaiting-approval",
  "paused",
  "rolling-back",
  "succeeded",
  "failed",
  "cancelled",
  "rolled-back",
] as const;
export type RolloutStatus = (typeof rolloutStatuses)[number];

export const finalRolloutStatuses = ["succeeded", "failed", "cancelled", "rolled-back"] as const;

export function isFinalRollout(status: RolloutStatus): boolean {
  const finals: readonly RolloutStatus[] = finalRolloutStatuses;
  return finals.includes(status);
}

/** One region's part in a rollout. The operation's id is chosen with the plan, so that making it twice makes it once. */
export interface PlannedStep {
  readonly region: string;
  readonly kind: "up" | "destroy";
  readonly operation: string;
}

/**
 * What must happen, in which order: regions that stay or come, in the order asked for, then those that go, last asked
 * first. A teardown takes the regions in reverse.
 */
export function planSteps(
  kind: RolloutKind,
  change: { readonly before: readonly string[]; readonly after: readonly string[] },
  newOperation: () => string,
): readonly PlannedStep[] {
  const step = (action: "up" | "destroy") => (region: string) => ({ region, kind: action, operation: newOperation() });
  if (kind === "destroy") return change.before.toReversed().map(step("destroy"));
  const leaving = change.before.filter((region) => !change.after.includes(region)).toReversed();
  return [...change.after.map(step("up")), ...leaving.map(step("destroy"))];
}

/** What an operation's row says of its region; `pending` before it exists, `skipped` when it never will. */
export type RegionStatus = "pending" | "skipped" | (string & {});

export interface Rollout {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly stackSet: string;
  readonly team: string;
  readonly status: RolloutStatus;
  readonly regions: readonly { readonly region: string; readonly operation?: string; readonly status: RegionStatus }[];
  readonly error?: ProblemDocument;
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}
