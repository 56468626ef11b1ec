import { type Caller, may, requirePermission } from "../../base/caller.ts";
import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { doorOf, type Gate, isMandatory, policyDenied } from "../../gate/index.ts";
import { type StateAudit, subjectOf } from "../audit.ts";
import { type DecidedStep, type DecisionLedger, verdictsOf } from "../judgement/decisionLedger.ts";
import type { JudgeEdits } from "../judgement/editJudge.ts";
import { knownResource } from "../judgement/judgedSteps.ts";
import { type Exemptions, exemptionsIn, whileExemptionsEnd } from "../judgement/leaning.ts";
import { editsBetween } from "../judgement/stateEdits.ts";
import { opener } from "../judgement/stepJudge.ts";
import { recordVerdicts } from "../judgement/verdictStore.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import { type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import { changeStack, lockStack } from "../stacks/stackStore.ts";
import type { TakeOver } from "../stacks/takeOver.ts";
import { requireAdmission } from "../updates/admission.ts";
import type { Placements } from "../updates/heldUpdates.ts";
import { datedSuspects } from "../updates/updateEnding.ts";
import { changeUpdate, history, insertUpdate } from "../updates/updateStore.ts";
import { type Deployment, emptyDeployment, type StoredDeployment } from "./deployment.ts";
import { requireOwnSecrets } from "./ownSecrets.ts";
import { outputsOf, resourceCountOf } from "./readOutputs.ts";
import type { StateArchive } from "./stateArchive.ts";
import { isStateEdit } from "./stateEdit.ts";

interface ImportDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly gate: Gate;
  readonly judgeEdits: JudgeEdits;
  readonly ledger: DecisionLedger;
  readonly placements: Placements;
  readonly exemptions: Exemptions;
  readonly takeOver: TakeOver;
  readonly audit: StateAudit;
  readonly spending: Pick<StackSpending, "commit">;
  readonly clock: Clock;
}

/** Makes a deployment the stack's state. @returns the id of the update that did it, which has ended already */
export type ImportState = (caller: Caller, stack: StackRecord, imported: StoredDeployment) => Promise<string>;

const request = { config: {}, message: "state import", environment: {} };

/**
 * State that comes from outside (an import, or an edit by `pulumi state` and `pulumi refresh --clear-pending-creates`) is
 * judged like steps: each resource that is new, changed or gone against the present state. A refusal changes nothing.
 */
export function createImportService(deps: ImportDeps): ImportState {
  const {
    database,
    archive,
    sealing,
    gate,
    judgeEdits,
    ledger,
    placements,
    exemptions,
    takeOver,
    audit,
    spending,
    clock,
  } = deps;

  async function judge(stack: StackRecord, present: Deployment, imported: Deployment) {
    const open = opener(sealing, stack.id);
    const edits = editsBetween(present.resources ?? [], imported.resources ?? [], open);
    const known = (imported.resources ?? []).filter(({ type }) => gate.watchedTypes.has(type));
    const context = stepContextOf(stack, await placements(stack), "admission");
    const edited = { stackId: stack.id, context, known: known.map((resource) => knownResource(resource, open)) };
    return judgeEdits(edited, edits);
  }

  /**
   * Whether the state is the one before the last import, with nothing done in between: so a client that moves resources from one
   * stack to another takes them back out where the other stack refuses (state_move.go).
   */
  async function undoesImport(stack: StackRecord, { deployment }: StoredDeployment): Promise<boolean> {
    const [last] = await history(database.db, stack.id, { pageSize: 1, page: 1 });
    if (last?.kind !== "import" || last.version !== stack.version) return false;
    const before =
      stack.version === 1
        ? { deployment: emptyDeployment }
        : await archive.exactCheckpoint(database.db, stack.id, stack.version - 1);
    const open = opener(sealing, stack.id);
    return (
      before !== undefined &&
      editsBetween(before.deployment.resources ?? [], deployment.resources ?? [], open).length === 0
    );
  }

  async function commit(tx: Tx, input: Commit): Promise<string | undefined> {
    const locked = await lockStack(tx, input.stack.id);
    if (locked === undefined) throw new Problem("not-found", "There is no such stack.");
    const stack = await takeOver(tx, locked, input.caller);
    if (stack.version !== input.stack.version || stack.activeUpdate !== undefined) return undefined;
    const version = stack.version + 1;
    const { caller, imported, decided } = input;
    const update = {
      kind: "import",
      dryRun: false,
      door: doorOf(caller),
      requestedBy: caller.name,
      actor: caller.id,
      request,
    } as const;
    const id = await insertUpdate(tx, { ...update, stackId: stack.id, operation: caller.operation?.id });
    const now = clock.now();
    await changeUpdate(tx, id, { status: "succeeded", version, startedAt: now, finishedAt: now });
    await archive.saveCheckpoint(tx, { stackId: stack.id, version }, imported);
    const verdicts = verdictsOf(decided);
    await recordVerdicts(tx, { id, operation: caller.operation?.id }, verdicts);
    await ledger.record(tx, { ...about(stack, decided), update: id, operation: caller.operation?.id });
    const { deployment } = imported;
    const state = { outputs: outputsOf(deployment), resourceCount: resourceCountOf(deployment) };
    await changeStack(tx, stack.id, {
      version,
      suspects: datedSuspects(deployment, stack.suspects, undefined),
      ...state,
    });
    await ledger.stateReached(tx, stack.id, deployment.resources ?? []);
    // Whoever locks both a budget and an exemption takes them in this order.
    await spending.commit(tx, stack, { updateId: id, deployment });
    const leaning = { exemptions: exemptionsIn(verdicts), subject: subjectOf(stack), team: stack.team, caller };
    await exemptions.use(tx, { ...leaning, work: caller.operation?.id ?? id });
    const details = { update: id, version, resources: state.resourceCount };
    const entry = { caller, action: input.edit ? "state.edit" : "state.import", subject: subjectOf(stack), details };
    await audit.record(tx, { ...entry, team: stack.team, outcome: "done" });
    return id;
  }

  async function judgeAndCommit({ caller, stack, imported }: Asked): Promise<string | undefined> {
    const asked = { kind: "import", dryRun: false, config: {} } as const;
    requireAdmission(caller, stack, { asked, placement: await placements(stack) });
    requireOwnSecrets(stack, imported.deployment.secrets_providers);
    const present = await archive.checkpoint(database.db, stack.id, stack.version);
    const edit = isStateEdit(present.deployment, imported.deployment, opener(sealing, stack.id));
    if (!edit || !may(caller, "edit-state")) requirePermission(caller, "import-state");
    const decided = await judge(stack, present.deployment, imported.deployment);
    const verdicts = verdictsOf(decided);
    if (verdicts.some(isMandatory) && !(await undoesImport(stack, imported))) {
      const refused = decided.map((step): DecidedStep => ({ ...step, refused: true }));
      await database.db.transaction().execute(async (tx) => {
        await recordVerdicts(tx, {}, verdicts);
        await ledger.record(tx, { ...about(stack, refused), update: undefined, operation: caller.operation?.id });
      });
      throw policyDenied(verdicts);
    }
    return database.db.transaction().execute((tx) => commit(tx, { caller, stack, imported, decided, edit }));
  }

  return async (caller, stack, imported) => {
    const committed = await whileExemptionsEnd(() => judgeAndCommit({ caller, stack, imported }));
    if (committed !== undefined) return committed;
    throw new Problem(
      "stack-locked",
      "The stack's state was changed by an update meanwhile: export it and import again.",
    );
  };
}

const about = (stack: StackRecord, steps: readonly DecidedStep[]) => ({ stack, steps, phase: "admission" }) as const;

interface Asked {
  readonly caller: Caller;
  readonly stack: StackRecord;
  readonly imported: StoredDeployment;
}

interface Commit extends Asked {
  readonly decided: readonly DecidedStep[];
  /** Whether it brings nothing that was not in the state. */
  readonly edit: boolean;
}
