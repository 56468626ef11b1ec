import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import path from "node:path";
import { apiKeyRoutes } from "./apiKeys/apiKeyRoutes.ts";
import { createApp } from "./app.ts";
import { auditLogRoutes } from "./auditLog/auditLogRoutes.ts";
import { auditLogStore } from "./auditLog/auditLogStore.ts";
import { blueprintRoutes } from "./blueprints/blueprintRoutes.ts";
import { chainCheck } from "./chain/keepChain.ts";
import { listenToDatabase } from "./db/notifications.ts";
import { decisionRoutes } from "./decisions/decisionRoutes.ts";
import { WORK_CHANNEL } from "./durable/durable.ts";
import { keepEscrow } from "./escrow/keepEscrow.ts";
import { estimateRoutes } from "./estimates/estimateRoutes.ts";
import { createEstimateService } from "./estimates/estimateService.ts";
import { exemptionRoutes } from "./exemptions/exemptionRoutes.ts";
import { EXEMPTIONS_CHANGED } from "./exemptions/exemptionStore.ts";
import { keepExemptions } from "./exemptions/keepExemptions.ts";
import { findingRoutes } from "./findings/findingRoutes.ts";
import { gameEventRoutes } from "./gameEvents/gameEventRoutes.ts";
import { createDocumentJudge, policyCatalogue, stackAssumptions } from "./gate/index.ts";
import { healthRouter } from "./health/healthRouter.ts";
import { createMetrics } from "./health/metrics.ts";
import { serviceChecks } from "./health/serviceChecks.ts";
import { docsRouter } from "./http/docs/docsRouter.ts";
import { type FrontDoor, openFrontDoor } from "./http/frontDoor.ts";
import { defaultRateLimits } from "./http/rateLimit.ts";
import { exchangeRouter } from "./identityProviders/exchangeRouter.ts";
import { identityProviderRoutes } from "./identityProviders/identityProviderRoutes.ts";
import { createIssuerKeys } from "./identityProviders/issuerKeys.ts";
import { createTokenExchange } from "./identityProviders/tokenExchange.ts";
import { judgementRoutes } from "./judgements/judgementRoutes.ts";
import { createJudgementService } from "./judgements/judgementService.ts";
import { MASTER_KEYS_CHANNEL } from "./masterKeys/masterKey.ts";
import { EVENTS_CHANNEL } from "./operations/operationEvents.ts";
import { operationRoutes } from "./operations/operationRoutes.ts";
import { CANCEL_CHANNEL } from "./operations/operationService.ts";
import { countOpenOperations } from "./operations/operationStore.ts";
import { createAssignmentService } from "./ownPacks/assignmentService.ts";
import { PACK_ASSIGNMENTS_CHANGED } from "./ownPacks/assignmentStore.ts";
import { ownPackRoutes } from "./ownPacks/ownPackRoutes.ts";
import { createOwnPackService } from "./ownPacks/ownPackService.ts";
import { listPolicyNames } from "./ownPacks/ownPackStore.ts";
import { listOwnPolicies, ownRulesAsked } from "./ownPacks/ownPolicies.ts";
import { identityRoutes } from "./persons/identityRoutes.ts";
import { policyRoutes } from "./policies/policyRoutes.ts";
import { createRecovery, QUARANTINE_CHANNEL } from "./recovery/index.ts";
import { policyPackRouter } from "./requiredPolicies/policyPackRouter.ts";
import { rolloutRoutes } from "./rollouts/rolloutRoutes.ts";
import { rolloutSchema } from "./rollouts/rolloutSchemas.ts";
import { createRunnerHub, fixedHostTokens, startBuiltinHost } from "./runners/index.ts";
import { sandboxRoutes } from "./sandboxControl/sandboxRoutes.ts";
import { linkRouter } from "./stackLinks/linkRouter.ts";
import { stackSetRoutes } from "./stackSets/stackSetRoutes.ts";
import { addressOf } from "./stacks/stack.ts";
import { stackRoutes } from "./stacks/stackRoutes.ts";
import { keepOwedJudgements, stepContextOf } from "./state/index.ts";
import { targetRoutes } from "./targets/targetRoutes.ts";
import { teardownRoutes } from "./teardowns/teardownRoutes.ts";
import { type Ground, openGround, type ServiceOptions } from "./wiring/openGround.ts";
import { wireBudgets } from "./wiring/wireBudgets.ts";
import { wireMasterKeys } from "./wiring/wireMasterKeys.ts";
import { wireState } from "./wiring/wireState.ts";
import { wireWork } from "./wiring/wireWork.ts";

export interface Service {
  readonly url: string;
  /** What this start made, for the operator's eyes once. */
  readonly made: { readonly adminKey: string | undefined; readonly masterKeyFile: string | undefined };
  /** Takes no more requests, interrupts engines so that what is in flight is saved, and lets go of everything. */
  stop(): Promise<void>;
}

const VERSION = "0.1.0";
/** Workflows between two steps get this long to reach the next one; the rest goes on in the next process. */
const WORKFLOW_STOP_MS = 2_000;
/** What is being answered gets this long: a client that is cut off while it creates or starts an update does not ask again. */
const DRAIN_MS = 500;

/** @throws Error when a part does not start; nothing is left listening then */
export async function startService(options: ServiceOptions): Promise<Service> {
  const door = await openFrontDoor(options.settings);
  return startBehind(door, options).catch((error: unknown) => {
    door.slam();
    throw error;
  });
}

/** Parts are started in an order in which each finds what it needs, and stopped in the reverse. */
async function startBehind(door: FrontDoor, options: ServiceOptions): Promise<Service> {
  const { settings, logger, programs } = options;
  const ground = await openGround(options);
  const { clock, db, authenticator, sandbox, quarantine, targets, keyring } = ground;
  const wired = wireState(ground, options);
  const { state, requiredPolicies } = wired;
  const channels = [
    EVENTS_CHANNEL,
    CANCEL_CHANNEL,
    MASTER_KEYS_CHANNEL,
    QUARANTINE_CHANNEL,
    WORK_CHANNEL,
    EXEMPTIONS_CHANGED,
    PACK_ASSIGNMENTS_CHANGED,
  ];
  const notifications = await listenToDatabase(ground.databaseUrl, channels, logger);
  ground.exemptions.listenTo(notifications);
  ground.assignedPacks.listenTo(notifications);
  const exemptionKeeper = keepExemptions({ db, clock, audit: auditLogStore, logger, limits: settings.exemptions });
  const judgementKeeper = keepOwedJudgements({ settleAbandoned: state.settleAbandoned, logger });
  const stopping = new AbortController();
  const url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${settings.port}`;
  const hostToken = randomBytes(32).toString("base64url");
  const hub = createRunnerHub({
    logger,
    clock,
    hostTokens: fixedHostTokens({ "built-in": hostToken }),
    archiveOf: (digest) => ground.blueprints.archiveOf(db, digest),
  });
  const masterKeys = wireMasterKeys(ground, { state, notifications, logger });
  const budgets = wireBudgets(ground, { state, logger });
  const work = wireWork(ground, { ...wired, notifications, jobs: hub, url, stopping, logger });
  const findSandbox = () => sandbox?.control();
  const parts = { db, clock, logger, state, targets, findSandbox, quarantine, notifications, stopping };
  const recovery = createRecovery(parts);
  const escrow = settings.escrow && keepEscrow(settings.escrow, { db, copies: state.copies, clock, logger });
  const judgements = createJudgementService({
    stacks: {
      findStack: (name) => state.findStack(name),
      readOpened: state.readOpened,
      contextOf: async (stack, phase) => stepContextOf(stack, await ground.placements(stack), phase),
    },
    bundles: ground.bundles,
    judge: createDocumentJudge(ground.documentGate, ground.policySettings.settings, async (context, steps) =>
      ownRulesAsked(await ground.assignedPacks.packsFor(context), steps),
    ),
  });
  const estimates = createEstimateService(
    { findStack: (team, id) => state.findStack({ team, ...addressOf(id) }), readOpened: state.readOpened },
    stackAssumptions(ground.policySettings.settings),
  );
  const routes = [
    ...blueprintRoutes(ground.blueprints),
    ...targetRoutes(targets),
    ...stackSetRoutes({ stackSets: work.stackSets, rolloutSchema }),
    ...stackRoutes(work.stacks),
    ...teardownRoutes(state),
    ...operationRoutes(work.operations, work.events),
    ...rolloutRoutes(work.rollouts, work.events),
    ...exemptionRoutes({
      clock,
      limits: settings.exemptions,
      policiesOf: async (tx, team) => [
        ...policyCatalogue(ground.policySettings.settings),
        ...(await listPolicyNames(tx, team)).map((name) => ({ name, deletion: false })),
      ],
    }),
    ...decisionRoutes(work.operations),
    ...findingRoutes(),
    ...judgementRoutes(judgements, auditLogStore),
    ...estimateRoutes(estimates),
    ...ownPackRoutes({
      packs: createOwnPackService(ground.packs),
      assignments: createAssignmentService(clock),
      onAssigned: ground.assignedPacks.forget,
    }),
    ...policyRoutes({
      policies: async (on, team) => [
        ...policyCatalogue(ground.policySettings.settings),
        ...(await listOwnPolicies(on, team)),
      ],
    }),
    ...gameEventRoutes(clock),
    ...sandboxRoutes(findSandbox),
    ...apiKeyRoutes({ authenticator, clock }),
    ...auditLogRoutes(),
    ...identityProviderRoutes({ authenticator, clock }),
    ...identityRoutes({ authenticator, clock }),
    ...masterKeys.routes,
    ...budgets.routes,
    ...recovery.routes,
  ];
  const metrics = createMetrics({
    pool: ground.database.pool,
    countOperations: () => countOpenOperations(db),
    escrowLag: escrow?.lag,
  });
  const hosts = settings.runners === 0 ? undefined : hub.attached;
  const exchange = { db, clock, audit: auditLogStore, findKey: createIssuerKeys({ fetch, clock }) };
  const app = createApp({
    db,
    clock,
    logger,
    authenticator,
    audit: auditLogStore,
    rateLimits: defaultRateLimits,
    requireReleased: quarantine.requireReleased,
    routes,
    observe: metrics.observe,
    pages: [
      docsRouter(routes, VERSION),
      policyPackRouter(requiredPolicies),
      healthRouter({
        checks: serviceChecks({ db, engine: ground.engine, sandbox, hosts }),
        besides: { ...keepingChecks(ground), ...(escrow && { escrow: escrow.describe }) },
        metrics,
      }),
      linkRouter(),
    ],
    stateRouter: state.router,
    exchangeRouter: (limitRefused) => exchangeRouter(createTokenExchange(exchange), limitRefused),
    runnerRouter: hub.router,
  });
  door.answerBy(app);
  const durable = await work.start();
  const host =
    settings.runners === 0
      ? undefined
      : startBuiltinHost({
          control: url,
          token: hostToken,
          capacity: settings.runners,
          dataDir: path.join(settings.dataDir, "runner"),
          engine: ground.engine,
          policyPack: ground.policyPack,
          ...(programs === undefined ? {} : { library: programs.library }),
          logger,
        });
  void recovery.begin();
  logger.info({ url, engine: ground.engine.version, engineSource: ground.engine.source }, "the service is up");

  return {
    url,
    made: { adminKey: ground.adminKey, masterKeyFile: ground.keySource.madeAt },
    async stop() {
      stopping.abort();
      work.stop();
      await host?.stop();
      await Promise.all([
        masterKeys.stop(),
        budgets.stop(),
        escrow?.stop(),
        exemptionKeeper.stop(),
        judgementKeeper.stop(),
      ]);
      keyring.close();
      await durable.shutdown(WORKFLOW_STOP_MS);
      hub.close();
      await close(door.server);
      await notifications.close();
      await ground.close();
    },
  };
}

/** What keeps the records beside the requests; one that fails does not make the service unready. */
function keepingChecks({ auditKeeper, ledgerKeeper }: Pick<Ground, "auditKeeper" | "ledgerKeeper">) {
  return {
    "audit-chain": chainCheck(auditKeeper, "chain"),
    "audit-sink": chainCheck(auditKeeper, "sink"),
    "audit-heads": chainCheck(auditKeeper, "heads"),
    "ledger-chain": chainCheck(ledgerKeeper, "chain"),
    "ledger-heads": chainCheck(ledgerKeeper, "heads"),
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
}
