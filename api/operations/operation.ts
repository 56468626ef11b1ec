import type { ProblemDocument } from "../base/problem.ts";
import type { PreviewEstimateView } from "../estimates/previewEstimate.ts";

export const operationKinds = ["preview", "up", "refresh", "destroy"] as const;
export type OperationKind = (typeof operationKinds)[number];

export const operationStatuses = [
  "queued",
  "previewing",
  "awaiting-approval",
  "running",
  "cancelling",
  "succeeded",
  "failed",
  "policy-denied",
  "cancelled",
] as const;
export type OperationStatus = (typeof operationStatuses)[number];

const ends: readonly OperationStatus[] = ["succeeded", "failed", "policy-denied", "cancelled"];

export function isFinished(status: OperationStatus): boolean {
  return ends.includes(status);
}

/**
 * Where each state may lead (API.md, "Operation"). After a crash the status stays and the attempt rises, so that a state
 * never leads back. `awaiting-approval` is reserved: nothing leads there yet.
 */
const transitions: Readonly<Record<OperationStatus, readonly OperationStatus[]>> = {
  queued: ["previewing", "running", "failed", "policy-denied", "cancelled"],
  previewing: ["running", "cancelling", ...ends],
  "awaiting-approval": ["running", "policy-denied", "failed", "cancelled"],
  running: ["cancelling", ...ends],
  cancelling: [...ends],
  succeeded: [],
  failed: [],
  "policy-denied": [],
  cancelled: [],
};

export function mayBecome(from: OperationStatus, to: OperationStatus): boolean {
  return transitions[from].includes(to);
}

/** The states that may become `to`: what a guarded update of the row compares with. */
export function predecessorsOf(to: OperationStatus): readonly OperationStatus[] {
  return operationStatuses.filter((from) => mayBecome(from, to));
}

/** The first state of work: a refresh or a destroy shows no preview of its own. */
export function firstWorkingStatus(kind: OperationKind): OperationStatus {
  return kind === "preview" || kind === "up" ? "previewing" : "running";
}

/** Numbers of resources by what happens to them. */
export interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

export const noChanges: ChangeCounts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };

/** A create that was in flight when its engine died: it may exist in the cloud without being in the state. */
export interface Suspect {
  readonly urn: string;
  readonly type: string;
  /** Why it could not be settled; absent while nobody has looked. */
  readonly why?: string;
}

export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly stack: string;
  readonly stackSet?: string;
  readonly target: string;
  readonly cloud: string;
  readonly region: string;
  readonly team: string;
  readonly rollout?: string;
  readonly blueprintDigest: string;
  readonly status: OperationStatus;
  readonly attempt: number;
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly changes: ChangeCounts;
  readonly applied: ChangeCounts;
  /** What the preview said of the stack's cost. */
  readonly estimate?: PreviewEstimateView;
  readonly verdicts: readonly unknown[];
  readonly suspects: readonly Suspect[];
  readonly error?: ProblemDocument;
}

export interface OperationEnd {
  readonly status: "succeeded" | "failed" | "policy-denied" | "cancelled";
  readonly error?: ProblemDocument;
  readonly suspects?: readonly Suspect[];
}
