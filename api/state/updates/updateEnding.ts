import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { Problem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import { aboutUpdate, type StateAudit } from "../audit.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { outputsOf, resourceCountOf } from "../deployments/readOutputs.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { compactJournal } from "../journal/compactJournal.ts";
import { countApplied } from "../journal/journalSteps.ts";
import { replayJournal } from "../journal/replayJournal.ts";
import type { DecisionLedger } from "../judgement/decisionLedger.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import type { StackRecord, Suspect } from "../stacks/stackRecord.ts";
import { changeStack } from "../stacks/stackStore.ts";
import { operationUpdate, type UpdateEnd, type UpdateListener } from "./updateListener.ts";
import { type ChangeCounts, engineOf, noChanges, startedBy, type UpdateRecord } from "./updateRecord.ts";
import { changeUpdate } from "./updateStore.ts";

interface Ending {
  readonly archive: StateArchive;
  readonly listener: UpdateListener;
  readonly ledger: DecisionLedger;
  readonly audit: StateAudit;
  readonly spending: Pick<StackSpending, "commit">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface EndedUpdate {
  readonly suspects: readonly Suspect[];
  /** Why the journal could not be taken as it is; the update has failed then, whatever its client said. */
  readonly fault: Problem | undefined;
  /** The state that was rebuilt, of an update that succeeded; undefined where it changed nothing. */
  readonly deployment: Deployment | undefined;
}

export type EndUpdate = (
  tx: Tx,
  locked: { readonly update: UpdateRecord; readonly stack: StackRecord },
  status: UpdateEnd["status"],
) => Promise<EndedUpdate>;

/**
 * Ends an update under the locks of its row and its stack's: rebuilds the state from the journal, stores it as the next
 * version, frees the lease, tells the listener. All of it in the caller's transaction.
 */
export function createUpdateEnding({ archive, listener, ledger, audit, spending, clock, logger }: Ending): EndUpdate {
  async function rebuild(tx: Tx, update: UpdateRecord, stack: StackRecord): Promise<Rebuilt> {
    const kept = { suspects: stack.suspects, applied: noChanges };
    if (update.dryRun || update.version === undefined) return kept;
    if (update.journaled !== true) {
      const stored = await archive.exactCheckpoint(tx, stack.id, update.version);
      return stored === undefined
        ? kept
        : {
            ...kept,
            deployment: stored.deployment,
            suspects: datedSuspects(stored.deployment, stack.suspects, update.startedAt),
          };
    }
    const entries = await archive.journal(tx, update);
    if (entries.length === 0) return kept;
    const base = await archive.checkpoint(tx, stack.id, update.version - 1);
    const { stored, fault } = replayJournal(base, entries, { now: clock.now(), engine: engineOf(update) });
    await archive.saveCheckpoint(tx, { stackId: stack.id, version: update.version }, stored);
    const { deployment } = stored;
    return {
      deployment,
      suspects: datedSuspects(deployment, stack.suspects, update.startedAt),
      applied: countApplied(entries),
      fault,
      hole: await holeIn(tx, update),
    };
  }

  return async (tx, { update, stack }, asked) => {
    const { fault, ...rebuilt } = await rebuild(tx, update, stack);
    if (fault)
      logger.error(
        { update: update.id, fault: fault.message },
        "a journal contradicts itself: taken as far as it goes",
      );
    // An engine that says it succeeded has had every entry acknowledged, so nothing can be missing.
    const status = fault !== undefined || (rebuilt.hole !== undefined && asked === "succeeded") ? "failed" : asked;
    const { applied, suspects, deployment } = rebuilt;
    await changeUpdate(tx, update.id, { status, applied, finishedAt: clock.now() });
    if (stack.activeUpdate === update.id) {
      await changeStack(tx, stack.id, {
        activeUpdate: null,
        suspects,
        ...(deployment && { outputs: outputsOf(deployment), resourceCount: resourceCountOf(deployment) }),
      });
      await spending.commit(tx, stack, { updateId: update.id, deployment, config: update.request.config });
    }
    if (deployment) await ledger.stateReached(tx, stack.id, deployment.resources ?? []);
    if (update.journaled === true && update.version !== undefined)
      await compactJournal(tx, {
        updateId: update.id,
        stackId: stack.id,
        version: update.version,
        whole: fault === undefined && rebuilt.hole === undefined,
      });
    const told = operationUpdate(update, stack);
    if (told !== undefined)
      await listener.updateCompleted(tx, told, { status, changes: update.changes, applied, suspects });
    const about = aboutUpdate(update, stack);
    const details = { ...about.details, status, applied };
    await audit.record(tx, { ...about, caller: startedBy(update), action: "update.end", outcome: "done", details });
    logger.info(
      { update: update.id, stack: stack.id, kind: update.kind, dryRun: update.dryRun, status },
      "update ended",
    );
    return {
      suspects,
      fault: fault ?? (status === asked ? undefined : rebuilt.hole),
      deployment: status === "succeeded" ? deployment : undefined,
    };
  };
}

interface Rebuilt {
  readonly deployment?: Deployment;
  readonly suspects: readonly Suspect[];
  readonly applied: ChangeCounts;
  readonly fault?: Problem | undefined;
  readonly hole?: Problem | undefined;
}

/** The engine numbers entries from 1 without gaps, though they may come in any order (engine/journal_snapshot.go). */
async function holeIn(tx: Tx, { id }: UpdateRecord): Promise<Problem | undefined> {
  const { count, highest } = await tx
    .selectFrom("journalEntries")
    .select((eb) => [eb.fn.countAll<number>().as("count"), eb.fn.max("sequence").as("highest")])
    .where("updateId", "=", id)
    .executeTakeFirstOrThrow();
  if (count === highest) return undefined;
  const detail = `The journal has ${count} entries and the highest is ${highest}: some never arrived. The state holds what did.`;
  return new Problem("invalid-journal", detail);
}

/** The suspects of a state, each with when the update began that left it: `before` says it of those that were there already. */
export function datedSuspects(
  deployment: Deployment,
  before: readonly Suspect[],
  startedAt: Date | undefined,
): readonly Suspect[] {
  const known = new Map(before.map((suspect) => [suspect.urn, suspect]));
  const fresh = startedAt === undefined ? {} : { since: startedAt.toISOString() };
  return suspectsOf(deployment).map((suspect) => known.get(suspect.urn) ?? { ...suspect, ...fresh });
}

function suspectsOf({ pending_operations: pending = [] }: Deployment): readonly Suspect[] {
  return pending
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => ({ urn: resource.urn, type: resource.type }));
}
