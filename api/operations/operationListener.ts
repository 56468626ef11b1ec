import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import {
  describeEstimate,
  type EngineEvent,
  type OperationUpdate,
  type StepRecord,
  type UpdateListener,
} from "../state/index.ts";
import { appendOperationEvents, type OperationEvent } from "./operationEvents.ts";
import { addApplied, moveOperation, setChanges, setEstimate } from "./operationStore.ts";

/**
 * Writes what the engine of an operation does into the operation: its state, its log, what was planned and what was done.
 * All of it in the transactions that commit the engine's own records, so the two never disagree.
 */
export function createOperationListener(): UpdateListener {
  return {
    async updateStarted(tx, { operation, dryRun, kind }) {
      const working = dryRun || kind === "preview" ? "previewing" : "running";
      if ((await moveOperation(tx, operation, working)) !== undefined) return;
      if (await isAlready(tx, operation, working)) return; // a later attempt: after a crash the state stays
      const detail = `The operation ${operation} has ended or is being cancelled; its engine may not begin.`;
      throw new Problem("invalid-transition", detail);
    },

    async stepsRecorded(tx, update, steps) {
      await appendOperationEvents(
        tx,
        update.operation,
        steps.map((step) => resourceEvent(update, step)),
      );
    },

    async eventsRecorded(tx, update, events) {
      await appendOperationEvents(
        tx,
        update.operation,
        events.flatMap((event) => eventOf(update, event)),
      );
    },

    async verdictsGiven(tx, { operation }, verdicts) {
      const events = verdicts.map((verdict) => ({ type: "verdict" as const, data: { operation, ...verdict } }));
      await appendOperationEvents(tx, operation, events);
    },

    async previewPriced(tx, { operation }, estimate) {
      await setEstimate(tx, operation, estimate);
      const data = { operation, severity: "info", message: `Cost: ${describeEstimate(estimate)}.` };
      await appendOperationEvents(tx, operation, [{ type: "diagnostic", data }]);
    },

    async updateCompleted(tx, { operation, dryRun }, { changes, applied }) {
      if (changes !== undefined) await setChanges(tx, operation, changes);
      if (!dryRun) await addApplied(tx, operation, applied);
    },
  };
}

async function isAlready(tx: Tx, operation: string, status: string): Promise<boolean> {
  const row = await tx.selectFrom("operations").select("status").where("id", "=", operation).executeTakeFirst();
  // `running` holds through a later attempt's preview as well.
  return row?.status === status || (status === "previewing" && row?.status === "running");
}

function resourceEvent(update: OperationUpdate, step: StepRecord): OperationEvent {
  const { urn, type, op, phase } = step;
  return { type: "resource", data: { operation: update.operation, phase: "up", urn, type, op, state: phase } };
}

/** Of a preview the planned steps; of every update what the engine had to say. Values of properties never. */
function eventOf(update: OperationUpdate, event: EngineEvent): readonly OperationEvent[] {
  const { operation } = update;
  const { resourcePreEvent, diagnosticEvent, errorEvent } = event;
  if (resourcePreEvent !== undefined && (update.dryRun || update.kind === "preview")) {
    const { op, urn, type, diffs } = resourcePreEvent.metadata;
    if (op === "same") return [];
    const properties = diffs === null || diffs === undefined ? {} : { diff: diffs };
    return [
      { type: "resource", data: { operation, phase: "preview", urn, type, op, state: "planned", ...properties } },
    ];
  }
  if (diagnosticEvent !== undefined) {
    const { severity, message, urn } = diagnosticEvent;
    const subject = urn === undefined || urn === "" ? {} : { urn };
    return [{ type: "diagnostic", data: { operation, severity, message: plain(message), ...subject } }];
  }
  if (errorEvent !== undefined) {
    return [{ type: "diagnostic", data: { operation, severity: "error", message: plain(errorEvent.error) } }];
  }
  return [];
}

/** The engine marks colours as `<{%fg 1%}>`. */
function plain(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}
