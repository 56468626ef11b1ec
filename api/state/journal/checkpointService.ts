import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { type Gate, isMandatory, neverBegun, policyDenied } from "../../gate/index.ts";
import type { PendingOperation, StoredDeployment } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { checkpointEdits } from "../judgement/checkpointEdits.ts";
import { type DecidedStep, type DecisionLedger, takenOf, verdictsOf } from "../judgement/decisionLedger.ts";
import type { JudgeEdits } from "../judgement/editJudge.ts";
import { knownResource } from "../judgement/judgedSteps.ts";
import { type Exemptions, leaningOf, whileExemptionsEnd } from "../judgement/leaning.ts";
import { type JudgeOperations, opener } from "../judgement/stepJudge.ts";
import { recordVerdicts } from "../judgement/verdictStore.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { operationUpdate, type UpdateListener } from "../updates/updateListener.ts";
import type { RecordedRefusal, UpdateRecord } from "../updates/updateRecord.ts";
import { changeUpdate, type LockMode, lockUpdate } from "../updates/updateStore.ts";
import { stepOf } from "./journalSteps.ts";
import { leaseLost } from "./journalStore.ts";

interface CheckpointDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly gate: Gate;
  readonly judge: JudgeOperations;
  readonly judgeEdits: JudgeEdits;
  readonly exemptions: Exemptions;
  readonly listener: UpdateListener;
  readonly ledger: DecisionLedger;
  readonly clock: Clock;
}

/** Stores the whole state as a client that does not journal sends it before and after each step. */
export type SaveCheckpoint = (held: HeldUpdate, checkpoint: StoredDeployment) => Promise<void>;

/**
 * For such a client a step begins by appearing among the pending operations, so those that are new are judged. The client
 * goes on sending a refused operation with each later checkpoint, so it is remembered and left out; only a repetition of
 * the very request that was refused is refused again. A checkpoint that reports what was never announced is refused whole.
 */
export function createCheckpointService(deps: CheckpointDeps): SaveCheckpoint {
  const { database, archive, sealing, gate, judge, judgeEdits, exemptions, listener, ledger, clock } = deps;

  async function store(tx: Tx, held: HeldUpdate, write: Write): Promise<void> {
    const update = await heldLock(tx, held, { now: clock.now() });
    const { version } = update;
    if (version === undefined) throw leaseLost();
    const { refusal, decided, begun, checkpoint } = write;
    const verdicts = verdictsOf(decided);
    if (checkpoint !== undefined) await archive.saveCheckpoint(tx, { stackId: held.stack.id, version }, checkpoint);
    if (refusal) await changeUpdate(tx, update.id, { refusals: [...update.refusals, refusal] });
    await exemptions.use(tx, leaningOf(update, held.stack, takenOf(decided)));
    await recordVerdicts(tx, update, verdicts);
    const about = { stack: held.stack, update: update.id, operation: update.operation, phase: held.context.phase };
    await ledger.record(tx, { ...about, steps: decided });
    const told = operationUpdate(update, held.stack);
    if (told === undefined) return;
    const steps = begun.map((operation) => stepOf(operation, refusal ? "refused" : "begun", clock.now()));
    if (steps.length > 0) await listener.stepsRecorded(tx, told, steps);
    if (verdicts.length > 0) await listener.verdictsGiven(tx, told, verdicts);
  }

  /** What the checkpoint says to have happened, beyond what the one before it announced. */
  async function judgeResults(held: HeldUpdate, before: StoredDeployment, after: StoredDeployment) {
    const open = opener(sealing, held.stack.id);
    const [old, present] = [before.deployment, after.deployment];
    const found = checkpointEdits({ before: old, after: present, kind: held.update.kind, open });
    const known = (present.resources ?? []).filter(({ type }) => gate.watchedTypes.has(type));
    const stack = { stackId: held.stack.id, context: held.context };
    const edited = await judgeEdits(
      { ...stack, known: known.map((resource) => knownResource(resource, open)) },
      found.edits,
    );
    const unannounced = found.neverBegun.map(({ urn, type }): DecidedStep => {
      return { urn, type, step: "import", verdicts: [neverBegun({ urn, type }, held.context)] };
    });
    return [...unannounced, ...edited].map((step): DecidedStep => ({ ...step, late: true }));
  }

  async function refuseResults(held: HeldUpdate, digest: string, results: readonly DecidedStep[]): Promise<Problem> {
    const problem = policyDenied(verdictsOf(results));
    const write: Write = {
      decided: results.map(asRefused),
      begun: [],
      refusal: { digest, message: problem.message, steps: [] },
    };
    await database.db.transaction().execute((tx) => store(tx, held, write));
    return problem;
  }

  async function save(held: HeldUpdate, checkpoint: StoredDeployment): Promise<Problem | undefined> {
    const digest = sealing.fingerprint(held.stack.id, JSON.stringify(checkpoint)).toString("hex");
    const { update, before } = await present(database, archive, held);
    const repeated = update.refusals.find((refusal) => refusal.digest === digest);
    if (repeated !== undefined) throw new Problem("policy-denied", repeated.message);
    const results = await judgeResults(held, before, checkpoint);
    if (results.some(isDenied)) return refuseResults(held, digest, results);
    const refusedBefore = new Set(update.refusals.flatMap(({ steps }) => steps));
    const pending = pendingOf(checkpoint).filter((operation) => !refusedBefore.has(keyOf(operation)));
    const known = new Set(pendingOf(before).map(keyOf));
    const begun = pending.filter((operation) => !known.has(keyOf(operation)));
    const { decided } = await judge(held, begun);
    const denied = decided.some(isDenied);
    const problem = denied
      ? policyDenied(verdictsOf(decided), decided.filter((step) => !isDenied(step)).length)
      : undefined;
    const kept = denied ? pending.filter((operation) => known.has(keyOf(operation))) : pending;
    const write: Write = {
      checkpoint: withPending(checkpoint, kept),
      decided: [...results, ...(denied ? decided.map(asRefused) : decided)],
      begun,
      ...(problem && { refusal: { digest, message: problem.message, steps: begun.map(keyOf) } }),
    };
    await database.db.transaction().execute((tx) => store(tx, held, write));
    return problem;
  }

  return async (held, checkpoint) => {
    const problem = await whileExemptionsEnd(() => save(held, checkpoint));
    if (problem) throw problem;
  };
}

interface Write {
  /** Undefined where what it reports is refused: the state stays as it was. */
  readonly checkpoint?: StoredDeployment;
  readonly decided: readonly DecidedStep[];
  readonly begun: readonly PendingOperation[];
  readonly refusal?: RecordedRefusal;
}

const isDenied = ({ verdicts }: DecidedStep): boolean => verdicts.some(isMandatory);
const asRefused = (step: DecidedStep): DecidedStep => ({ ...step, refused: true });

/** What the update has recorded so far. */
async function present({ db }: OpenDatabase, archive: StateArchive, { update, stack }: HeldUpdate) {
  const fresh = await db.selectFrom("updates").select("refusals").where("id", "=", update.id).executeTakeFirst();
  const refusals = (fresh?.refusals ?? []) as readonly RecordedRefusal[]; // written by this room only
  const before = await archive.checkpoint(db, stack.id, update.version ?? stack.version);
  return { update: { ...update, refusals }, before };
}

/** @throws Problem `lease-lost` when the update is not running under this lease any more. */
export async function heldLock(
  tx: Tx,
  { update, leaseHash }: HeldUpdate,
  { now, mode = "update" }: { readonly now: Date; readonly mode?: LockMode },
): Promise<UpdateRecord> {
  const locked = await lockUpdate(tx, update.id, mode);
  const running = locked?.status === "running" && locked.leaseHash?.equals(leaseHash) === true;
  if (locked === undefined || !running || locked.leaseExpiresAt === undefined || locked.leaseExpiresAt <= now)
    throw leaseLost();
  return locked;
}

const pendingOf = ({ deployment }: StoredDeployment): readonly PendingOperation[] =>
  deployment.pending_operations ?? [];

const keyOf = ({ type, resource }: PendingOperation): string => `${type} ${resource.urn}`;

function withPending(checkpoint: StoredDeployment, pending: readonly PendingOperation[]): StoredDeployment {
  const { pending_operations: _, ...deployment } = checkpoint.deployment;
  return {
    ...checkpoint,
    deployment: { ...deployment, ...(pending.length > 0 && { pending_operations: pending }) },
  };
}
