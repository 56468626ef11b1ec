import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { type Gate, isMandatory, policyDenied } from "../../gate/index.ts";
import { heldLock } from "../journal/checkpointService.ts";
import { type DecidedStep, type DecisionLedger, verdictsOf } from "../judgement/decisionLedger.ts";
import type { OwedJudgements } from "../judgement/owedJudgements.ts";
import { withPackWord } from "../judgement/packWord.ts";
import type { CostOfPreview } from "../judgement/previewCost.ts";
import { previewEstimate } from "../judgement/previewEstimate.ts";
import { judgePreview } from "../judgement/previewJudge.ts";
import type { AskTeardown } from "../judgement/teardownQuestion.ts";
import { recordVerdicts } from "../judgement/verdictStore.ts";
import type { Watch } from "../judgement/watchedResources.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import { lockStack } from "../stacks/stackStore.ts";
import type { EngineEvent } from "./engineEvent.ts";
import { recordEstimate } from "./estimateStore.ts";
import type { EventService } from "./eventService.ts";
import type { HeldUpdate, HeldUpdates } from "./heldUpdates.ts";
import type { EndUpdate } from "./updateEnding.ts";
import { operationUpdate, type UpdateListener } from "./updateListener.ts";
import type { RecordedRefusal, UpdateRecord } from "./updateRecord.ts";
import { changeUpdate, findUpdate } from "./updateStore.ts";

interface CompleteDeps {
  readonly database: OpenDatabase;
  readonly gate: Gate;
  readonly watch: Watch;
  readonly askTeardown: AskTeardown;
  readonly held: HeldUpdates;
  readonly events: EventService;
  readonly end: EndUpdate;
  readonly owed: Pick<OwedJudgements, "owe" | "settleEnd" | "settleUpdate">;
  readonly costOfPreview: CostOfPreview;
  readonly spending: Pick<StackSpending, "reserve">;
  readonly listener: UpdateListener;
  readonly ledger: DecisionLedger;
  readonly clock: Clock;
}

type CompletionStatus = "succeeded" | "failed" | "cancelled";
export type CompleteUpdate = (held: HeldUpdate, status: CompletionStatus) => Promise<void>;

/** Marks the refusal of a preview as a whole among an update's refusals. */
const PREVIEW = "preview";

/**
 * Ends an update as its client says. The preview of a governed stack (one with a target) is judged first: a client that is
 * told here that it failed goes no further, so that nothing at all is made of an update that a rule forbids. One that a pack
 * at the client refused is judged too, so that the verdicts are the same by every door.
 */
export function createCompleteService(deps: CompleteDeps): CompleteUpdate {
  const {
    database,
    gate,
    watch,
    askTeardown: ask,
    held: heldUpdates,
    events,
    end,
    owed,
    costOfPreview,
    spending,
    listener,
    ledger,
    clock,
  } = deps;

  /** Nothing where the update was no preview, or came to no end. */
  async function eventsOfPreview(held: HeldUpdate, status: CompletionStatus): Promise<readonly EngineEvent[]> {
    if (!held.update.dryRun || status === "cancelled") return [];
    return events.read({ id: held.update.id, stackId: held.stack.id });
  }

  async function decidePreview(
    held: HeldUpdate,
    status: CompletionStatus,
    told: readonly EngineEvent[],
  ): Promise<readonly DecidedStep[]> {
    if (!held.update.dryRun || held.stack.target === undefined || status === "cancelled") return [];
    if (status === "failed" && !told.some(isRefusedByPack)) return [];
    const decided = await judgePreview({ gate, watch, ask }, held, told);
    return held.update.operation === undefined ? decided : withPackWord(decided, told);
  }

  return async (held, status) => {
    const present = await findUpdate(database.db, held.update.id);
    if (present !== undefined && answeredBefore(present, status)) return owed.settleUpdate(present.id);
    const previewed = await eventsOfPreview(held, status);
    const decided = await decidePreview(held, status, previewed);
    const verdicts = verdictsOf(decided);
    const cost = held.update.dryRun && status === "succeeded" ? await costOfPreview(held, previewed) : undefined;
    // A client whose own pack refused knows already that it goes no further.
    const denial = status === "succeeded" && verdicts.some(isMandatory) ? policyDenied(verdicts) : undefined;
    const complete = async (tx: Tx) => {
      const stack = await lockStack(tx, held.stack.id);
      const update = await heldLock(tx, held, { now: clock.now() });
      if (stack === undefined) throw new Problem("not-found", "There is no such stack.");
      const about = { stack, update: update.id, operation: update.operation, phase: held.context.phase };
      await recordVerdicts(tx, update, verdicts);
      const reserves = denial === undefined && cost !== undefined;
      const unaffordable = reserves ? await spending.reserve(tx, stack, { updateId: update.id, cost }) : undefined;
      const refusal = denial ?? unaffordable;
      if (refusal) await changeUpdate(tx, update.id, { refusals: [refusalOfPreview(refusal)] });
      await ledger.record(tx, { ...about, steps: decided });
      const told = operationUpdate(update, stack);
      if (told !== undefined && verdicts.length > 0) await listener.verdictsGiven(tx, told, verdicts);
      if (cost !== undefined) {
        const estimate = previewEstimate(cost);
        await recordEstimate(tx, update, { stack, estimate, at: clock.now() });
        if (told !== undefined) await listener.previewPriced(tx, told, estimate);
      }
      const { fault, deployment } = await end(tx, { update, stack }, refusal ? "failed" : status);
      const reached = deployment && { update, stack, deployment };
      return { fault, refusal, reached, owing: reached !== undefined && (await owed.owe(tx, reached)) };
    };
    const { fault, refusal, reached, owing } = await database.db.transaction().execute(complete);
    heldUpdates.forget(held.leaseHash);
    if (reached !== undefined && owing) await owed.settleEnd(reached, held.context);
    if (refusal ?? fault) throw refusal ?? fault;
  };
}

/** Whether the client ended its preview because of a policy pack of its own, such as the one our runners give it. */
const isRefusedByPack = ({ policyEvent }: EngineEvent): boolean => policyEvent?.enforcementLevel === "mandatory";

const refusalOfPreview = ({ code, message }: Problem): RecordedRefusal => ({
  digest: PREVIEW,
  message,
  steps: [],
  ...(code === "budget-exceeded" && { code }),
});

/** A client that did not get the answer asks again, and gets the same. */
function answeredBefore({ status, refusals }: UpdateRecord, asked: CompletionStatus): boolean {
  const refused = refusals.find(({ digest }) => digest === PREVIEW);
  if (refused !== undefined) throw new Problem(refused.code ?? "policy-denied", refused.message);
  return status === asked;
}
