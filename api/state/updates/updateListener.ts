import type { Tx } from "../../db/database.ts";
import type { Verdict } from "../../gate/index.ts";
import type { PreviewEstimate } from "../judgement/previewEstimate.ts";
import type { StackName, Suspect } from "../stacks/stackRecord.ts";
import type { EngineEvent } from "./engineEvent.ts";
import type { ChangeCounts, UpdateRecord } from "./updateRecord.ts";

/** An update that belongs to an operation. */
export interface OperationUpdate {
  readonly id: string;
  readonly operation: string;
  readonly stackId: string;
  readonly stack: StackName;
  readonly kind: UpdateRecord["kind"];
  readonly dryRun: boolean;
  readonly version: number | undefined;
}

export type StepOp = "create" | "update" | "delete" | "read" | "import";

/** One step of an engine, as its journal tells it. */
export interface StepRecord {
  readonly urn: string;
  readonly type: string;
  readonly op: StepOp;
  /** `refused`: the gate forbade it, or stopped it with another of its batch; it never ran. */
  readonly phase: "begun" | "succeeded" | "failed" | "refused";
  readonly at: Date;
}

export interface UpdateEnd {
  readonly status: "succeeded" | "failed" | "cancelled";
  /** As the engine's summary says; undefined when it never said. */
  readonly changes: ChangeCounts | undefined;
  /** What was done, counted from the journal; all zero for a dry run. */
  readonly applied: ChangeCounts;
  readonly suspects: readonly Suspect[];
}

/**
 * Told what becomes of the updates of operations, inside the transaction that makes it so: what the listener writes by
 * `tx` is committed with it or not at all. It must not wait for anything but the database. A request that a client
 * repeats does not tell it twice.
 */
export interface UpdateListener {
  updateStarted(tx: Tx, update: OperationUpdate): Promise<void>;
  stepsRecorded(tx: Tx, update: OperationUpdate, steps: readonly StepRecord[]): Promise<void>;
  eventsRecorded(tx: Tx, update: OperationUpdate, events: readonly EngineEvent[]): Promise<void>;
  verdictsGiven(tx: Tx, update: OperationUpdate, verdicts: readonly Verdict[]): Promise<void>;
  /** A preview has completed, and this is what the stack would cost. */
  previewPriced(tx: Tx, update: OperationUpdate, estimate: PreviewEstimate): Promise<void>;
  updateCompleted(tx: Tx, update: OperationUpdate, end: UpdateEnd): Promise<void>;
}

export function operationUpdate(update: UpdateRecord, stack: StackName): OperationUpdate | undefined {
  const { id, operation, stackId, kind, dryRun, version } = update;
  if (operation === undefined) return undefined;
  const { team, project, name } = stack;
  return { id, operation, stackId, stack: { team, project, name }, kind, dryRun, version };
}
