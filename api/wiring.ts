import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { artefactDigest } from "../programs/artefact.ts";
import { catalog, isBlueprintName } from "../programs/catalog.ts";
import { attachOrStart } from "../sandbox/index.ts";
import { ensureEngine, printProgress } from "../toolchain/index.ts";
import { keepPostgres } from "../toolchain/postgres/index.ts";
import { allowanceRoutes } from "./allowances/allowanceRoutes.ts";
import { allowanceInForce } from "./allowances/allowanceStore.ts";
import { apiKeyRoutes } from "./apiKeys/apiKeyRoutes.ts";
import { ensureAdminKey } from "./apiKeys/ensureAdminKey.ts";
import { createKeyAuthenticator } from "./apiKeys/keyAuthenticator.ts";
import { createApp } from "./app.ts";
import { auditLogRoutes } from "./auditLog/auditLogRoutes.ts";
import { auditLogStore } from "./auditLog/auditLogStore.ts";
import { createAuditNotes } from "./auditLog/auditNotes.ts";
import { createLineSink } from "./auditLog/auditSink.ts";
import { auditChecks, keepAuditLog } from "./auditLog/keepAuditLog.ts";
import { systemClock } from "./base/clock.ts";
import { newId } from "./base/ids.ts";
import type { Logger } from "./base/logger.ts";
import type { Settings } from "./base/settings.ts";
import { blueprintRoutes } from "./blueprints/blueprintRoutes.ts";
import { type BlueprintDeps, createBlueprintService } from "./blueprints/blueprintService.ts";
import { openDatabase } from "./db/database.ts";
import { migrate } from "./db/migrate.ts";
import { listenToDatabase } from "./db/notifications.ts";
import { watchChannel } from "./db/watch.ts";
import { type Durable, startDurable } from "./durable/durable.ts";
import { keepEscrow } from "./escrow/keepEscrow.ts";
import { createGate, type Gate, policyCatalogue } from "./gate/index.ts";
import { healthRouter } from "./health/healthRouter.ts";
import { createMetrics } from "./health/metrics.ts";
import { serviceChecks } from "./health/serviceChecks.ts";
import { docsRouter } from "./http/docs/docsRouter.ts";
import { defaultRateLimits } from "./http/rateLimit.ts";
import { exchangeRouter } from "./identityProviders/exchangeRouter.ts";
import { identityProviderRoutes } from "./identityProviders/identityProviderRoutes.ts";
import { createIssuerKeys } from "./identityProviders/issuerKeys.ts";
import { createTokenExchange } from "./identityProviders/tokenExchange.ts";
import { createInventory } from "./inventory/inventory.ts";
import { createSandboxInventory } from "./inventory/sandboxInventory.ts";
import { MASTER_KEYS_CHANNEL } from "./masterKeys/masterKey.ts";
import { masterKeyRoutes } from "./masterKeys/masterKeyRoutes.ts";
import { openMasterKeyring } from "./masterKeys/masterKeyring.ts";
import { createMasterKeyService } from "./masterKeys/masterKeyService.ts";
import { openKeySource } from "./masterKeys/openKeySource.ts";
import { startResealLoop } from "./masterKeys/resealLoop.ts";
import { createEventStreams } from "./operations/eventStreams.ts";
import { createJobSettings } from "./operations/jobSettings.ts";
import { EVENTS_CHANNEL } from "./operations/operationEvents.ts";
import { createOperationExecutor } from "./operations/operationExecutor.ts";
import { createOperationListener } from "./operations/operationListener.ts";
import { operationRoutes } from "./operations/operationRoutes.ts";
import { CANCEL_CHANNEL, createOperationService } from "./operations/operationService.ts";
import { countOpenOperations } from "./operations/operationStore.ts";
import { operationWorkflow } from "./operations/operationWorkflow.ts";
import { createHealer } from "./operations/pendingCreateHealer.ts";
import { createStackBinding } from "./operations/stackBinding.ts";
import { policyRoutes } from "./policies/policyRoutes.ts";
import { createRecovery, QUARANTINE_CHANNEL, watchQuarantine } from "./recovery/index.ts";
import { packPath, policyPackRouter } from "./requiredPolicies/policyPackRouter.ts";
import { createRequiredPolicies } from "./requiredPolicies/requiredPolicies.ts";
import { rolloutRoutes } from "./rollouts/rolloutRoutes.ts";
import { rolloutSchema } from "./rollouts/rolloutSchemas.ts";
import { createRolloutService } from "./rollouts/rolloutService.ts";
import { createRolloutSteps } from "./rollouts/rolloutSteps.ts";
import { rolloutWorkflow } from "./rollouts/rolloutWorkflow.ts";
import { createStacksOfSet } from "./rollouts/stacksOfSet.ts";
import { createRunnerHub, fixedHostTokens, startBuiltinHost } from "./runners/index.ts";
import { keepSandbox } from "./sandboxControl/keepSandbox.ts";
import { sandboxRoutes } from "./sandboxControl/sandboxRoutes.ts";
import { linkRouter } from "./stackLinks/linkRouter.ts";
import { stackSetRoutes } from "./stackSets/stackSetRoutes.ts";
import { createStackSetService } from "./stackSets/stackSetService.ts";
import { stackRoutes } from "./stacks/stackRoutes.ts";
import { createStackService } from "./stacks/stackService.ts";
import { createStateBackend, type StateBackend } from "./state/index.ts";
import { createCredentialSource } from "./targets/credentialSource.ts";
import { createPlacements } from "./targets/placements.ts";
import { targetRoutes } from "./targets/targetRoutes.ts";
import { createTargetService } from "./targets/targetService.ts";
import { DEFAULT_TEAM } from "./teams/team.ts";
import { ensureTeam } from "./teams/teamStore.ts";

export interface ServiceOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** For the person who starts the service. */
  readonly say: (line: string) => void;
  /** Other programs than this checkout's blueprints. */
  readonly programs?: ServicePrograms;
  /** Another gate than the one over the policy pack; closed with the service. */
  readonly gate?: Gate;
}

export interface ServicePrograms extends BlueprintDeps {
  /** Absolute path of the module that runs them in runners; it exports a `ProgramLibrary` as `library`. */
  readonly library: string;
}

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
const clock = systemClock;

/** Parts are started in an order in which each finds what it needs, and stopped in the reverse. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { settings, logger, say, programs } = options;
  const { dataDir } = settings;
  const [engine, { url: databaseUrl, stop: letGoOfPostgres }, keySource] = await Promise.all([
    ensureEngine({ progress: printProgress(process.stderr) }),
    databaseOf(settings, { say, logger }),
    openKeySource(settings.masterKeys, dataDir),
  ]);
  const onBroken = ({ message }: Error) => logger.warn({ reason: message }, "a database connection broke");
  const patient = openDatabase(databaseUrl, onBroken, { silenceMs: 0 }); // a migration may take its time
  await migrate(patient).finally(patient.close);
  const database = openDatabase(databaseUrl, onBroken);
  const { db } = database;
  const quarantine = await watchQuarantine(db);

  const keyring = await openMasterKeyring({ db, source: keySource, logger });
  const targets = createTargetService({ clock, sandbox: settings.sandbox });
  const blueprints = createBlueprintService(programs ?? { blueprints: Object.values(catalog.blueprints), digestOf });
  await ensureTeam(db, DEFAULT_TEAM);
  await targets.ensureBuiltin(db);
  await blueprints.register(db);
  const adminKey = await ensureAdminKey(db, { given: settings.adminKey });
  const sandbox = settings.sandbox
    ? await keepSandbox(() => attachOrStart({ dataDir, databaseUrl }), logger)
    : undefined;
  const gate = options.gate ?? (await createGate());
  const auditKeeper = keepAuditLog({
    db,
    clock,
    logger,
    headsFile: settings.auditHeads,
    sink: settings.auditSink === undefined ? undefined : createLineSink(settings.auditSink),
  });
  const authenticator = createKeyAuthenticator({ db, clock, operationTokens: { findCaller: async () => undefined } });
  const placements = createPlacements(db, targets);
  const policies = path.resolve(import.meta.dirname, "../policies");
  const requiredPolicies = createRequiredPolicies({ policies, cache: path.join(dataDir, "policy-pack"), logger });
  const state: StateBackend = createStateBackend({
    database,
    keyring,
    gate,
    // An engine of the service comes with its operation's token; everybody else, here as under /v1, with a key.
    authenticate: async (authorization) =>
      (await state.callerOfOperationToken(authorization?.replace(/^(token|bearer) /i, "") ?? "")) ??
      authenticator.authenticate(authorization),
    listener: createOperationListener(),
    placements,
    audit: { record: auditLogStore.record, note: createAuditNotes(db) },
    bindingOf: createStackBinding(async (name) => {
      const target = await targets.find(db, name);
      return target === undefined ? undefined : { target, regions: target.regions, doors: target.doors };
    }),
    heal: (stackId) => healer.heal(stackId),
    requiredPack: async ({ target }) => {
      const found = target === undefined ? undefined : await targets.find(db, target);
      const pack = found?.requiredPolicies === "served" ? await requiredPolicies.pack() : undefined;
      return pack && { name: pack.name, version: pack.version, path: packPath(pack.name, pack.version) };
    },
    allowanceOf: (stackId) => allowanceInForce(db, stackId, clock.now()),
    clock,
    logger,
    requireReleased: quarantine.requireReleased,
  });
  const healer = createHealer({
    state,
    inventory: createInventory({ sandbox: createSandboxInventory(() => sandbox?.control()) }),
    placements,
    clock,
    wait: delay,
  });

  const channels = [EVENTS_CHANNEL, CANCEL_CHANNEL, MASTER_KEYS_CHANNEL, QUARANTINE_CHANNEL];
  const notifications = await listenToDatabase(databaseUrl, channels, logger);
  const watchEvents = watchChannel(notifications, EVENTS_CHANNEL);
  const watchCancels = watchChannel(notifications, CANCEL_CHANNEL);
  const resealLoop = startResealLoop({ keyring, resealing: state.resealing, logger });
  notifications.subscribe(MASTER_KEYS_CHANNEL, () => {
    keyring.refresh().catch((error: unknown) => logger.error({ err: error }, "the master keys cannot be read"));
    resealLoop.look();
  });
  const masterKeys = createMasterKeyService({ source: keySource, resealing: state.resealing, clock });
  const hostToken = randomBytes(32).toString("base64url");
  const hub = createRunnerHub({ logger, clock, hostTokens: fixedHostTokens({ "built-in": hostToken }) });
  const url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${settings.port}`;
  const credentials = createCredentialSource(process.env);
  const executor = createOperationExecutor({
    db,
    healer,
    state,
    clock,
    jobs: hub,
    settings: createJobSettings({
      findTarget: (name) => targets.find(db, name),
      credentialsOf: async (name, phase) => credentials.forPhase(await targets.get(db, name), phase),
      sandboxPort: async () => {
        if (sandbox === undefined) throw new Error("the sandbox is switched off");
        return sandbox.grpcPort();
      },
    }),
    backendUrl: url,
    watchOperation: watchCancels,
  });
  notifications.subscribe(CANCEL_CHANNEL, (operation) => {
    if (operation !== undefined) executor.interrupt(operation);
  });

  // Services enqueue as soon as requests come; the durable engine starts last, when all that its steps need is there.
  let durable: Durable | undefined;
  const enqueue: Durable["enqueue"] = async (tx, work) => {
    if (durable === undefined) throw new Error("the service is still starting");
    return durable.enqueue(tx, work);
  };
  const operations = createOperationService(db, { enqueue });
  const rollouts = createRolloutService({ db, durable: { enqueue }, cancelOperation: operations.requestCancel });
  const stacksOfSet = createStacksOfSet(db, {
    ensureStack: state.ensureStack,
    async removeStack(name) {
      const stack = await state.findStack(name);
      if (stack !== undefined) await state.removeStack(stack.id);
    },
  });
  const stopping = new AbortController();
  const rolloutSteps = createRolloutSteps({
    db,
    stacks: stacksOfSet,
    startOperation: operations.start,
    watchOperation: watchEvents,
    signal: stopping.signal,
  });
  const stackSets = createStackSetService({ blueprints, targets, rollouts, clock });
  const stacks = createStackService({
    async start(tx, { kind, stackSetId, region, requestedBy }) {
      const request = await stacksOfSet.prepare(tx, stackSetId, { kind, region });
      return operations.read(tx, await operations.start(tx, { ...request, rollout: undefined, requestedBy }));
    },
  });
  const events = createEventStreams(db, watchEvents);
  const findSandbox = () => sandbox?.control();
  const recovery = createRecovery({
    db,
    clock,
    logger,
    state,
    targets,
    findSandbox,
    quarantine,
    notifications,
    stopping,
  });
  const routes = [
    ...blueprintRoutes(blueprints),
    ...targetRoutes(targets),
    ...stackSetRoutes({ stackSets, rolloutSchema }),
    ...stackRoutes(stacks),
    ...operationRoutes(operations, events),
    ...rolloutRoutes(rollouts, events),
    ...allowanceRoutes(clock),
    ...policyRoutes({ policies: policyCatalogue }),
    ...sandboxRoutes(findSandbox),
    ...apiKeyRoutes({ authenticator, clock }),
    ...auditLogRoutes(),
    ...identityProviderRoutes({ authenticator, clock }),
    ...masterKeyRoutes({ masterKeys, onChange: resealLoop.look }),
    ...recovery.routes,
  ];
  const escrow = settings.escrow && keepEscrow(settings.escrow, { db, copies: state.copies, clock, logger });
  const metrics = createMetrics({
    pool: database.pool,
    countOperations: () => countOpenOperations(db),
    escrowLag: escrow?.lag,
  });
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
        checks: serviceChecks({ db, engine, sandbox, hosts: settings.runners === 0 ? undefined : hub.attached }),
        besides: { ...auditChecks(auditKeeper), ...(escrow && { escrow: escrow.describe }) },
        metrics,
      }),
      linkRouter(),
    ],
    stateRouter: state.router,
    exchangeRouter: (limitRefused) =>
      exchangeRouter(
        createTokenExchange({ db, clock, audit: auditLogStore, findKey: createIssuerKeys({ fetch, clock }) }),
        limitRefused,
      ),
    runnerRouter: hub.router,
  });
  const server = app.listen(settings.port, settings.host);
  await once(server, "listening");
  durable = await startDurable({
    databaseUrl,
    executorId: newId("host"),
    workflows: [operationWorkflow(executor), rolloutWorkflow(rolloutSteps)],
    logger,
  });
  const host =
    settings.runners === 0
      ? undefined
      : startBuiltinHost({
          control: url,
          token: hostToken,
          capacity: settings.runners,
          dataDir: path.join(dataDir, "runner"),
          engine,
          policyPack: policies,
          ...(programs === undefined ? {} : { library: programs.library }),
          logger,
        });
  void recovery.begin();
  logger.info({ url, engine: engine.version, engineSource: engine.source }, "the service is up");

  return {
    url,
    made: { adminKey, masterKeyFile: keySource.madeAt },
    async stop() {
      stopping.abort();
      executor.stop();
      await host?.stop();
      await Promise.all([resealLoop.stop(), escrow?.stop()]);
      keyring.close();
      await durable?.shutdown(WORKFLOW_STOP_MS);
      hub.close();
      await close(server);
      await notifications.close();
      await gate.close();
      await auditKeeper.stop();
      await database.close();
      await letGoOfPostgres();
    },
  };
}

async function databaseOf(settings: Settings, { say, logger }: Pick<ServiceOptions, "say" | "logger">) {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, stop: async () => undefined };
  const kept = await keepPostgres({
    dataDir: settings.dataDir,
    onRestarted: (pid) => logger.warn({ pid }, "PostgreSQL had died and was started again"),
    onFailed: (error) => logger.error({ err: error }, "PostgreSQL has died and cannot be started"),
  });
  say("PostgreSQL runs on this machine, in the data folder. That is for trying out: give DATABASE_URL in production.");
  return kept;
}

function digestOf(name: string): string {
  if (!isBlueprintName(name)) throw new Error(`there is no blueprint ${name}`);
  return artefactDigest(name);
}

/** What is being answered gets this long: a client that is cut off while it creates or starts an update does not ask again. */
const DRAIN_MS = 500;

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
}
