import { type Caller, requirePermission } from "../../base/caller.ts";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { doorOf, isMandatory, policyDenied, type UpdateKind } from "../../gate/index.ts";
import { aboutUpdate, type StateAudit, subjectOf } from "../audit.ts";
import { type DecidedStep, type DecisionLedger, verdictsOf } from "../judgement/decisionLedger.ts";
import { type Exemptions, exemptionsIn, whileExemptionsEnd } from "../judgement/leaning.ts";
import type { ShownLosses } from "../judgement/shownLosses.ts";
import type { AskTeardown } from "../judgement/teardownQuestion.ts";
import { recordVerdicts } from "../judgement/verdictStore.ts";
import type { HealBeforeUpdate } from "../pendingCreates/healBeforeUpdate.ts";
import type { ConfigSecrets } from "../secrets/configSecrets.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import { type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import { changeStack, lockStack } from "../stacks/stackStore.ts";
import { mergeTags } from "../stacks/stackTags.ts";
import type { TakeOver } from "../stacks/takeOver.ts";
import { requireAdmission } from "./admission.ts";
import type { HeldUpdates, Placements } from "./heldUpdates.ts";
import type { Lease } from "./lease.ts";
import type { EndUpdate } from "./updateEnding.ts";
import { operationUpdate, type UpdateListener } from "./updateListener.ts";
import { hasEnded, type UpdateRecord, type UpdateRequest } from "./updateRecord.ts";
import { changeUpdate, findUpdate, insertUpdate, lockUpdate, renewLease } from "./updateStore.ts";

interface UpdateDeps {
  readonly database: OpenDatabase;
  readonly placements: Placements;
  /** Before an update is admitted. */
  readonly healed: HealBeforeUpdate;
  readonly held: HeldUpdates;
  readonly end: EndUpdate;
  readonly takeOver: TakeOver;
  readonly listener: UpdateListener;
  readonly audit: StateAudit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly leaseSeconds: number;
  readonly configSecrets: ConfigSecrets;
  readonly requireUnused: RequireUnused;
  readonly spending: Pick<StackSpending, "begin">;
  readonly exemptions: Exemptions;
  readonly ledger: DecisionLedger;
  readonly askTeardown: AskTeardown;
  readonly shownLosses: ShownLosses;
}

/** Throws while other stacks take outputs of this one. */
export type RequireUnused = (stack: StackRecord) => Promise<void>;

interface StartedUpdate {
  readonly version: number;
  readonly token: string;
  readonly expiresAt: Date;
  readonly journaled: boolean;
}

export interface UpdateService {
  /** @throws Problem with the reason of the admission. */
  create(caller: Caller, stack: StackRecord, asked: AskedUpdate): Promise<string>;
  /** Takes the lease. @throws Problem `stack-locked` while another update holds it. */
  start(caller: Caller, stack: StackRecord, start: StartUpdate): Promise<StartedUpdate>;
  /** Prolongs a lease that is still held. @throws Problem `lease-lost` */
  renew(leaseHash: Buffer): Promise<Date>;
  /**
   * Ends the update at once, whoever holds its lease: what its client sends from now on is refused.
   *
   * @throws Problem `forbidden` for another's update without the permission for it
   */
  cancel(caller: Caller, stack: StackRecord, updateId: string): Promise<void>;
}

interface AskedUpdate {
  readonly kind: UpdateKind;
  readonly dryRun: boolean;
  readonly request: UpdateRequest;
}

interface StartUpdate {
  readonly updateId: string;
  /** The stack's tags as the client would have them; undefined to leave them. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly journals: boolean;
  /** Made once for each request, so that a start tried again after a lost connection knows its own lease. */
  readonly lease: Lease;
}

export function createUpdateService(deps: UpdateDeps): UpdateService {
  const {
    database,
    placements,
    healed,
    end,
    takeOver,
    listener,
    audit,
    clock,
    logger,
    leaseSeconds,
    configSecrets,
    held,
  } = deps;
  const expiry = (): Date => new Date(clock.now().getTime() + leaseSeconds * 1000);

  async function begin(tx: Tx, caller: Caller, input: StartUpdate & { readonly stackId: string }) {
    const { lease } = input;
    const present = await lockStack(tx, input.stackId);
    const update = await lockUpdate(tx, input.updateId);
    if (present === undefined || update === undefined || update.stackId !== present.id) throw noUpdate(input.updateId);
    if (update.leaseHash?.equals(lease.hash) === true) return started(update, present, lease.token); // the commit of a try before this one
    if (update.status !== "created")
      throw new Problem("invalid-transition", `The update ${update.id} is ${update.status}: create another.`);
    const stack = update.dryRun ? present : await takeOver(tx, present, caller);
    const { kind, dryRun, request } = update;
    const asked = { kind, dryRun, config: request.config, journals: input.journals };
    requireAdmission(caller, stack, { asked, placement: await placements(stack) });
    const version = update.dryRun ? stack.version : stack.version + 1;
    const leaseExpiresAt = expiry();
    const journaled = input.journals && !update.dryRun; // a preview takes no steps, so its lease records none
    await changeUpdate(tx, update.id, {
      status: "running",
      journaled,
      leaseHash: lease.hash,
      leaseExpiresAt,
      startedAt: clock.now(),
      ...(!update.dryRun && { version }),
    });
    const tags = input.tags && mergeTags(stack.tags, input.tags);
    if (!update.dryRun) {
      await changeStack(tx, stack.id, { version, activeUpdate: update.id, ...(tags && { tags }) });
      await deps.spending.begin(tx, stack, { updateId: update.id, config: request.config, journals: input.journals });
    }
    const running: UpdateRecord = { ...update, status: "running", ...(!update.dryRun && { version }) };
    const told = operationUpdate(running, stack);
    if (told !== undefined) await listener.updateStarted(tx, told);
    await audit.record(tx, { ...aboutUpdate(running, stack), caller, action: "update.start", outcome: "done" });
    logger.info({ update: update.id, stack: stack.id, kind: update.kind, dryRun: update.dryRun }, "update started");
    return { version, token: lease.token, expiresAt: leaseExpiresAt, journaled };
  }

  /**
   * What rules say of the stack as a whole would come too late at its last step. What they say of single resources is judged at
   * the steps.
   *
   * @throws Problem `policy-denied`, which is put down too
   */
  async function judgedStart(stack: StackRecord, extent: "part" | "all"): Promise<DecidedStep> {
    const context = stepContextOf(stack, await placements(stack), "admission");
    const decided = await deps.askTeardown({ stack, context, extent });
    if (!decided.verdicts.some(isMandatory)) return decided;
    const steps = [{ ...decided, refused: true as const }];
    const batch = { ...aboutStart(stack), update: undefined, steps };
    await database.db.transaction().execute((tx) => deps.ledger.record(tx, batch));
    throw policyDenied(decided.verdicts);
  }

  return {
    async create(caller, found, { kind, dryRun, request }) {
      const stack = await healed(caller, found);
      requireAdmission(caller, stack, {
        asked: { kind, dryRun, config: request.config },
        placement: await placements(stack),
      });
      const tearsDown = kind === "destroy" && !dryRun;
      // The service has judged the teardowns that it begins itself, before it started their engines.
      const byClient = tearsDown && caller.operation === undefined && stack.target !== undefined;
      const asked = { kind, actor: caller.id, operation: undefined, version: stack.version };
      const extent = byClient && (await deps.shownLosses.partOf(stack, asked)) !== undefined ? "part" : "all";
      if (tearsDown && extent === "all") await deps.requireUnused(stack);
      const update = {
        stackId: stack.id,
        kind,
        dryRun,
        request,
        operation: caller.operation?.id,
        door: doorOf(caller),
        requestedBy: caller.name,
        actor: caller.id,
        keyVersion: configSecrets.oldestVersion(stack.id, request.config),
      };
      return whileExemptionsEnd(async () => {
        const decided = byClient ? [await judgedStart(stack, extent)] : [];
        if (decided.length === 0) return insertUpdate(database.db, update);
        const verdicts = verdictsOf(decided);
        return database.db.transaction().execute(async (tx) => {
          const id = await insertUpdate(tx, update);
          const leaning = { exemptions: exemptionsIn(verdicts), subject: subjectOf(stack), team: stack.team, caller };
          await deps.exemptions.use(tx, { ...leaning, work: id });
          await recordVerdicts(tx, { id }, verdicts);
          await deps.ledger.record(tx, { ...aboutStart(stack), update: id, steps: decided });
          return id;
        });
      });
    },

    start: (caller, stack, input) =>
      database.db.transaction().execute((tx) => begin(tx, caller, { ...input, stackId: stack.id })),

    async renew(leaseHash) {
      const until = expiry();
      if (await renewLease(database.db, leaseHash, clock.now(), until)) return until;
      throw new Problem(
        "lease-lost",
        "The lease cannot be renewed: it expired, or the update was cancelled or has ended.",
      );
    },

    async cancel(caller, stack, updateId) {
      const found = await findUpdate(database.db, updateId);
      if (found === undefined || found.stackId !== stack.id) throw noUpdate(updateId);
      if (found.actor !== caller.id) requirePermission(caller, "cancel-others");
      await database.db.transaction().execute(async (tx) => {
        const present = await lockStack(tx, stack.id);
        const update = await lockUpdate(tx, updateId);
        if (present === undefined || update === undefined) throw noUpdate(updateId);
        if (hasEnded(update)) return;
        await audit.record(tx, { ...aboutUpdate(update, present), caller, action: "update.cancel", outcome: "done" });
        await end(tx, { update, stack: present }, "cancelled");
      });
      if (found.leaseHash !== undefined) held.forget(found.leaseHash);
    },
  };
}

const aboutStart = (stack: StackRecord) => ({ stack, operation: undefined, phase: "admission" }) as const;

function started(update: UpdateRecord, stack: StackRecord, token: string): StartedUpdate {
  const { version = stack.version, leaseExpiresAt = new Date(0), journaled = false } = update;
  return { version, token, expiresAt: leaseExpiresAt, journaled };
}

export const noUpdate = (id: string): Problem => new Problem("not-found", `There is no update ${id} of this stack.`);
