import { Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { WatchSubject } from "../db/watch.ts";
import { type DependencyService, dependencyFailed, hasDependents } from "../dependencies/dependencyService.ts";
import type { OperationKind } from "../operations/operation.ts";
import { problem } from "../operations/operationEnds.ts";
import { appendRolloutEvents } from "../operations/operationEvents.ts";
import type { StartOperation } from "../operations/operationService.ts";
import { findOperation, hasEnded, type OperationRow } from "../operations/operationStore.ts";
import { refusedFirst } from "./refusedFirst.ts";
import type { PlannedStep } from "./rollout.ts";
import { beginRollout, endRollout, findRollout, planOf, type RolloutEnd, type RolloutRow } from "./rolloutStore.ts";

/** What a rollout needs of the stacks it works on. */
export interface StacksOfSet {
  /** Makes the region's Pulumi stack if it is not there, and says how an operation on it is to be asked for. */
  prepare(
    tx: Tx,
    stackSetId: string,
    step: {
      readonly region: string;
      readonly kind: OperationKind;
      /** Another artefact than the stack's own, to which an `up` moves the stack. */
      readonly blueprintDigest?: string | undefined;
    },
  ): Promise<Omit<StartOperation, "id" | "rollout" | "requestedBy" | "person">>;
  /** Whether the teardown of a region's stack would be refused as things stand; that of one that is not there would not. */
  isKept(stackSetId: string, region: string): Promise<boolean>;
  /** Removes a stack that has been torn down; nothing happens when it is gone. */
  remove(rollout: RolloutRow, step: PlannedStep): Promise<void>;
  /** Writes down that a stack set is gone, after its teardown succeeded. */
  forget(tx: Tx, stackSetId: string): Promise<void>;
  /** Lets a stack set whose teardown ended otherwise be changed or torn down again. */
  keep(tx: Tx, stackSetId: string): Promise<void>;
}

export interface RolloutStepDeps {
  readonly db: Database;
  readonly stacks: StacksOfSet;
  readonly dependencies: Pick<DependencyService, "judge">;
  readonly startOperation: (tx: Tx, request: StartOperation) => Promise<string>;
  /** Watches for events of operations and rollouts. */
  readonly watchOperation: WatchSubject;
  readonly signal: AbortSignal;
}

export interface RolloutSteps {
  /** The ids of the operations to run, in order; none when the rollout was cancelled before it began. */
  begin(id: string): Promise<readonly string[]>;
  /** Begins a region when what it depends on is there; false when it will not begin, and then no further one does. */
  startRegion(id: string, operation: string): Promise<boolean>;
  awaitRegion(operation: string): Promise<boolean>;
  settleRegion(id: string, operation: string): Promise<void>;
  conclude(id: string): Promise<void>;
  /** Ends a rollout whose steps threw: something is broken, or refused, that a further try would not mend. */
  giveUp(id: string, error: ProblemDocument): Promise<void>;
}

/** Notifications wake the wait at once; this is only how long a lost one delays it. */
const POLL_MS = 1_000;
const never = new Promise<never>(() => undefined);

export function createRolloutSteps({
  db,
  stacks,
  dependencies,
  startOperation,
  watchOperation,
  signal,
}: RolloutStepDeps): RolloutSteps {
  async function load(id: string): Promise<RolloutRow> {
    const row = await findRollout(db, id);
    if (row === undefined) throw new Problem("internal", `The rollout ${id} is not in the database.`);
    return row;
  }

  function stepOf(row: RolloutRow, operation: string): PlannedStep {
    const found = planOf(row).find((step) => step.operation === operation);
    if (found === undefined) throw new Problem("internal", `The rollout ${row.id} has no operation ${operation}.`);
    return found;
  }

  return {
    async begin(id) {
      const begun = await db.transaction().execute((tx) => beginRollout(tx, id));
      if (!begun) return [];
      const row = await load(id);
      const order = await refusedFirst(planOf(row), (step) => isRefused(row, step));
      return order.map(({ operation }) => operation);
    },

    async startRegion(id, operation) {
      const row = await load(id);
      if (!(await awaitTurn(row, stepOf(row, operation)))) return false;
      await db.transaction().execute(async (tx) => {
        const request = await stacks.prepare(tx, row.stackSetId, stepOf(row, operation));
        const { requestedBy, person } = row;
        await startOperation(tx, { ...request, id: operation, rollout: id, requestedBy, person });
      });
      return true;
    },

    async awaitRegion(operation) {
      const watch = watchOperation(operation);
      try {
        for (;;) {
          const row = await findOperation(db, operation);
          if (row === undefined || hasEnded(row)) return row?.status === "succeeded";
          if (signal.aborted) await never; // the workflow stays open for the next process
          await watch.next(POLL_MS);
        }
      } finally {
        watch.close();
      }
    },

    async settleRegion(id, operation) {
      const row = await load(id);
      const step = stepOf(row, operation);
      if (step.kind === "destroy") await stacks.remove(row, step);
    },

    async conclude(id) {
      const operations = await Promise.all(planOf(await load(id)).map((step) => findOperation(db, step.operation)));
      await end(id, endOf(operations));
    },

    giveUp: (id, error) => end(id, { status: "failed", error }),
  };

  async function isRefused({ id, stackSetId }: RolloutRow, { region, kind }: PlannedStep): Promise<boolean> {
    const turn = await dependencies.judge(db, { stackSetId, region, kind, rollout: id });
    return turn.kind === "refuse" || (await stacks.isKept(stackSetId, region));
  }

  /** Waits for older rollouts that the region depends on. False when it was cancelled, or ended for what it depends on is not there. */
  async function awaitTurn({ id, stackSetId, stackSet }: RolloutRow, { region, kind }: PlannedStep): Promise<boolean> {
    let watch = watchOperation(id);
    let awaited = "";
    try {
      for (;;) {
        if ((await load(id)).cancelRequestedAt !== null) return false;
        const turn = await dependencies.judge(db, { stackSetId, region, kind, rollout: id });
        if (turn.kind === "go") return true;
        if (turn.kind === "refuse") {
          const refusal = kind === "up" ? dependencyFailed : hasDependents;
          await end(id, {
            status: "failed",
            error: toProblemDocument(refusal(`${stackSet} in ${region}`, turn.stacks)),
          });
          return false;
        }
        if (turn.rollouts.join() !== awaited) {
          watch.close();
          watch = watchOperation(id, ...turn.rollouts);
          awaited = turn.rollouts.join();
          await appendRolloutEvents(db, id, [
            { type: "status", data: { rollout: id, region, status: "waiting", waitsFor: turn.stacks } },
          ]);
          continue; // what happened before the watch was open is seen by looking again
        }
        if (signal.aborted) await never; // the workflow stays open for the next process
        await watch.next(POLL_MS);
      }
    } finally {
      watch.close();
    }
  }

  async function end(id: string, how: RolloutEnd): Promise<void> {
    const row = await load(id);
    await db.transaction().execute(async (tx) => {
      if (!(await endRollout(tx, id, how)) || row.kind !== "destroy") return;
      await (how.status === "succeeded" ? stacks.forget : stacks.keep)(tx, row.stackSetId);
    });
  }
}

/** How a rollout ends, told from its operations; undefined stands for one that was never made. */
export function endOf(operations: readonly (OperationRow | undefined)[]): {
  status: "succeeded" | "failed" | "cancelled";
  error?: ProblemDocument;
} {
  if (operations.every((operation) => operation?.status === "succeeded")) return { status: "succeeded" };
  const failed = operations.find(
    (operation) => operation?.status === "failed" || operation?.status === "policy-denied",
  );
  if (failed === undefined) return { status: "cancelled" };
  return { status: "failed", error: errorOfRegion(failed) };
}

/** The operation's own problem, so that who asked can tell a refusal from a failure, and which refusal. */
function errorOfRegion({ id, region, status, error }: OperationRow): ProblemDocument {
  const nameless = problem(status === "policy-denied" ? "policy-denied" : "operation-failed", "see its events");
  const cause = (error as ProblemDocument | null) ?? nameless; // written by endOperation only
  const { type, code, status: http, title, errors } = cause;
  const detail = `The operation ${id} in ${region} ended as ${status}: ${cause.detail}`;
  const facts = { operation: id, region, cause: code, ...(errors && { errors }) };
  return { ...facts, ...{ type, code, status: http, title, detail } };
}
