import { Router } from "express";
import type { Assumptions } from "../../pricing/index.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { OpenDatabase } from "../db/database.ts";
import type { Gate } from "../gate/index.ts";
import type { StateAudit } from "./audit.ts";
import { type CloudIds, createCloudIds } from "./deployments/cloudIds.ts";
import { createForgetting } from "./deployments/forgetting.ts";
import { createImportService } from "./deployments/importService.ts";
import { createRecordService, type RecordService } from "./deployments/recordService.ts";
import { createStateArchive } from "./deployments/stateArchive.ts";
import { createStateCopies, type StateCopies } from "./deployments/stateCopies.ts";
import { createBasePlaces } from "./journal/basePlaces.ts";
import { createBegunSteps } from "./journal/begunSteps.ts";
import { createCheckpointService } from "./journal/checkpointService.ts";
import { createJournalService } from "./journal/journalService.ts";
import { createMadeResources } from "./journal/madeResources.ts";
import type { DecisionLedger } from "./judgement/decisionLedger.ts";
import { createEditJudge } from "./judgement/editJudge.ts";
import { createEmptyingJudge } from "./judgement/emptyingJudge.ts";
import { createEndJudge } from "./judgement/endJudge.ts";
import { createEntryJudge } from "./judgement/entryJudge.ts";
import type { Exemptions } from "./judgement/leaning.ts";
import { createOwedJudgements, type OwedJudgements } from "./judgement/owedJudgements.ts";
import { createPreviewCost } from "./judgement/previewCost.ts";
import { createPriorStates } from "./judgement/priorStates.ts";
import { createShownLosses } from "./judgement/shownLosses.ts";
import { createStepJudge } from "./judgement/stepJudge.ts";
import { createTeardownJudge, type TeardownFactsOf, type TeardownJudge } from "./judgement/teardownJudge.ts";
import { createAskTeardown } from "./judgement/teardownQuestion.ts";
import { createWatch } from "./judgement/watchedResources.ts";
import { createHealBeforeUpdate } from "./pendingCreates/healBeforeUpdate.ts";
import { createPendingCreateService, type PendingCreateService } from "./pendingCreates/pendingCreateService.ts";
import { createRequestAudit } from "./protocol/auditedRequests.ts";
import { historyRoutes } from "./protocol/historyRoutes.ts";
import { notOffered } from "./protocol/notOffered.ts";
import { defaultPatience, type Patience } from "./protocol/outlast.ts";
import { policyRoutes } from "./protocol/policyRoutes.ts";
import { createRoute } from "./protocol/protocolRoute.ts";
import { BODY_LIMIT } from "./protocol/requestBody.ts";
import { secretRoutes } from "./protocol/secretRoutes.ts";
import { type Authenticate, createStackAccess } from "./protocol/stackAccess.ts";
import { stackRoutes } from "./protocol/stackRoutes.ts";
import { type RequiredPackOf, updateRoutes } from "./protocol/updateRoutes.ts";
import { userRoutes } from "./protocol/userRoutes.ts";
import { createConfigSecrets } from "./secrets/configSecrets.ts";
import { createResealing, type Resealing } from "./secrets/resealing.ts";
import { createSealing, type Keyring } from "./secrets/sealing.ts";
import type { Spending } from "./spending/spending.ts";
import { createStackSpending, type StackSpending } from "./spending/stackSpending.ts";
import { createStepPrices } from "./spending/stepPrices.ts";
import { createServiceStacks, type ServiceStacks } from "./stacks/serviceStacks.ts";
import { type BindingOf, createStackService } from "./stacks/stackService.ts";
import { createTakeOver } from "./stacks/takeOver.ts";
import { createCompleteService } from "./updates/completeService.ts";
import { createCostNotice } from "./updates/costNotice.ts";
import { createEventService } from "./updates/eventService.ts";
import { createHeldUpdates, type Placements } from "./updates/heldUpdates.ts";
import { createOperationService, type OperationService } from "./updates/operationService.ts";
import { createUpdateEnding } from "./updates/updateEnding.ts";
import type { UpdateListener } from "./updates/updateListener.ts";
import { createUpdateService, type RequireUnused } from "./updates/updateService.ts";

export interface StateBackendDeps {
  readonly database: OpenDatabase;
  readonly keyring: Keyring;
  readonly gate: Gate;
  /**
   * Judges previews, teardowns and states that were reached; by the same rules. A client's preview may be of any size, and no step of
   * anybody's update is to wait for it. The gate itself without it.
   */
  readonly wholeGate?: Gate;
  /** Makes a caller of `token KEY` or `Bearer KEY`. */
  readonly authenticate: Authenticate;
  readonly listener: UpdateListener;
  readonly audit: StateAudit;
  /** Where judgements are put down for good. */
  readonly ledger: DecisionLedger;
  /** Where a stack's target says that it stands; undefined for a stack without a target. */
  readonly placements: Placements;
  /**
   * Settles creates that a dead engine left in flight in a stack, as far as the cloud can say what became of them. Told before an
   * update is admitted, so that anybody's engine finds the stack whole.
   */
  readonly heal: (stackId: string) => Promise<unknown>;
  /** What the name of a stack that a client makes binds it to. */
  readonly bindingOf: BindingOf;
  readonly exemptions: Exemptions;
  /** Told before a stack is destroyed, at whatever door. */
  readonly requireUnused: RequireUnused;
  /** What is around a stack that somebody wants to tear down. */
  readonly teardownFacts: TeardownFactsOf;
  /** The policy pack that a client is told to run for a stack, so that a person sees early what the gate would refuse. */
  readonly requiredPack: RequiredPackOf;
  /** Told what stacks are about to cost, and what they cost. */
  readonly spending: Spending;
  /** What is assumed of the use of things that are priced by use, where it is not as the table has it. */
  readonly assumptions?: Partial<Assumptions>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a lease lasts unless it is renewed; the stock CLI takes five minutes for granted (token_source.go). */
  readonly leaseSeconds?: number;
  /** How long a request is held while the database is away. */
  readonly patience?: Patience;
  /** Throws while nothing may change, as after a restore. */
  readonly requireReleased?: () => Promise<void>;
  /** Bytes that a body may have once unpacked. */
  readonly bodyLimit?: number;
}

/** Pulumi's service protocol, and what the service itself does with the stacks behind it. */
export interface StateBackend
  extends OperationService,
    TeardownJudge,
    ServiceStacks,
    PendingCreateService,
    RecordService,
    CloudIds,
    Pick<StackSpending, "standingPrices"> {
  readonly resealing: Resealing;
  readonly settleAbandoned: OwedJudgements["settleAbandoned"];
  /** The state of stacks with its secrets in clear, for who seals it for somebody else. */
  readonly copies: StateCopies;
  /** The protocol; to be mounted at `/api`, before anything that reads bodies. */
  readonly router: Router;
}

const LEASE_SECONDS = 300;

export function createStateBackend(deps: StateBackendDeps): StateBackend {
  const { wholeGate = deps.gate } = deps;
  const { database, gate, listener, ledger, audit, placements, exemptions, assumptions, clock, logger } = deps;
  const sealing = createSealing(deps.keyring);
  const configSecrets = createConfigSecrets(sealing);
  const archive = createStateArchive(sealing, () => clock.now());
  const watch = createWatch(database.db, archive, sealing, gate.watchedTypes);
  const prior = createPriorStates({ db: database.db, archive, clock, types: gate.judgedTypes });
  const judge = createStepJudge({ gate, watch, prior, sealing });
  const judgeEdits = createEditJudge({ gate, sealing });
  const held = createHeldUpdates(database.db, placements);
  const spending = createStackSpending({ spending: deps.spending, archive, sealing, assumptions });
  const end = createUpdateEnding({ archive, listener, ledger, audit, spending, clock, logger });
  const takeOver = createTakeOver(end, audit, clock);
  const owed = createOwedJudgements({
    ...{ database, archive, placements, exemptions, listener, ledger, clock, logger },
    endJudge: createEndJudge({ gate: wholeGate, sealing }),
  });
  const heal = createHealBeforeUpdate({ database, takeOver, heal: deps.heal });
  const events = createEventService({ database, sealing, listener, clock });
  const shownLosses = createShownLosses({ db: database.db, events, watch });
  const askTeardown = createAskTeardown(gate, deps.teardownFacts);
  const judgeEmptying = createEmptyingJudge({ db: database.db, archive, shown: shownLosses, ask: askTeardown });
  const importState = createImportService({
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
  });
  const stacks = createStackService({
    database,
    archive,
    takeOver,
    importState,
    bindingOf: deps.bindingOf,
    spending,
    requireForgettable: createForgetting({ database, archive, sealing, judgeEdits, exemptions, placements, ledger }),
    clock,
  });
  const begun = createBegunSteps(database.db, sealing, gate.judgedTypes);
  const made = createMadeResources(database.db, sealing);
  const judgeEntries = createEntryJudge({ sealing, watch, prior, begun, made, judgeEdits });
  const requireBasePlaces = createBasePlaces(database.db, archive);
  const access = createStackAccess(database.db, deps.authenticate);
  const leaseSeconds = deps.leaseSeconds ?? LEASE_SECONDS;

  const requestAudit = createRequestAudit(audit);
  const route = createRoute({
    logger,
    patience: deps.patience ?? defaultPatience,
    bodyLimit: deps.bodyLimit ?? BODY_LIMIT,
    audit: requestAudit,
    requireReleased: deps.requireReleased,
  });
  const router = Router()
    .use(userRoutes(route, access, database.db))
    .use(stackRoutes(route, { access, stacks, audit: requestAudit }))
    .use("/stacks/:team/:project/:stack", secretRoutes(route, access, sealing))
    .use(historyRoutes(route, { db: database.db, access, events }))
    .use(
      updateRoutes(route, {
        access,
        held,
        updates: createUpdateService({
          database,
          placements,
          healed: async (caller, stack) => {
            await owed.settleStack(stack.id);
            return heal(caller, stack);
          },
          held,
          end,
          takeOver,
          listener,
          audit,
          clock,
          logger,
          leaseSeconds,
          configSecrets,
          requireUnused: deps.requireUnused,
          spending,
          exemptions,
          ledger,
          askTeardown,
          shownLosses,
        }),
        record: createJournalService({
          database,
          sealing,
          judge,
          judgeEntries,
          judgeEmptying,
          watch,
          prior,
          begun,
          made,
          requireBasePlaces,
          stepPrices: createStepPrices({ db: database.db, archive, sealing, spending: deps.spending, assumptions }),
          spending: deps.spending,
          exemptions,
          listener,
          ledger,
          clock,
        }),
        saveCheckpoint: createCheckpointService({
          database,
          archive,
          sealing,
          gate,
          judge,
          judgeEdits,
          exemptions,
          listener,
          ledger,
          clock,
        }),
        events,
        requiredPack: deps.requiredPack,
        costNotice: createCostNotice({ db: database.db, clock }),
        complete: createCompleteService({
          ...{ database, gate: wholeGate, watch, held, events, end, owed, spending, listener, ledger, clock },
          askTeardown: createAskTeardown(wholeGate, deps.teardownFacts),
          costOfPreview: createPreviewCost({ db: database.db, archive, sealing, assumptions }),
        }),
      }),
    )
    .use(policyRoutes(route, access, database.db))
    .use(notOffered(route, access));

  return {
    router,
    standingPrices: spending.standingPrices,
    settleAbandoned: owed.settleAbandoned,
    ...createCloudIds(database.db, archive),
    copies: createStateCopies(database.db, archive, sealing),
    resealing: createResealing({ database, keyring: deps.keyring, sealing, configSecrets }),
    ...createOperationService({ database, archive, takeOver, end, clock }),
    ...createTeardownJudge({
      ...{ database, archive, sealing, gate: wholeGate, placements, exemptions, ledger },
      teardownFacts: deps.teardownFacts,
    }),
    ...createServiceStacks({ database, stacks }),
    ...createPendingCreateService({ database, archive, sealing, takeOver, audit, spending, clock, logger }),
    ...createRecordService({ archive, sealing, takeOver, spending, clock }),
  };
}
