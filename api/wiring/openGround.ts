import path from "node:path";
import { artefactArchive, artefactDigest } from "../../programs/artefacts/ownArtefact.ts";
import { type BlueprintName, catalog, isBlueprintName } from "../../programs/catalog.ts";
import { createPackKeeper, type PackKeeper } from "../../runner/packs/index.ts";
import { attachOrStart } from "../../sandbox/index.ts";
import { type Engine, ensureEngine, printProgress } from "../../toolchain/index.ts";
import { keepPostgres } from "../../toolchain/postgres/index.ts";
import { ensureAdminKey } from "../apiKeys/ensureAdminKey.ts";
import { createKeyAuthenticator, type KeyAuthenticator } from "../apiKeys/keyAuthenticator.ts";
import { auditChainStore } from "../auditLog/auditChainStore.ts";
import { createLineSink } from "../auditLog/auditSink.ts";
import { deliverRecords } from "../auditLog/deliverRecords.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Settings } from "../base/settings.ts";
import { type BlueprintDeps, type BlueprintService, createBlueprintService } from "../blueprints/blueprintService.ts";
import { openHeadsPlace } from "../chain/headsPlace.ts";
import { type ChainKeeper, keepChain } from "../chain/keepChain.ts";
import { type Database, type OpenDatabase, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { decisionChainStore } from "../decisions/decisionChainStore.ts";
import { createLiveExemptions, type LiveExemptions } from "../exemptions/liveExemptions.ts";
import { type Bundles, createBundles, createGates, type Gate, openSettings, type SettingsFile } from "../gate/index.ts";
import type { KeySource } from "../masterKeys/keySource.ts";
import { type MasterKeyring, openMasterKeyring } from "../masterKeys/masterKeyring.ts";
import { openKeySource } from "../masterKeys/openKeySource.ts";
import { type AssignedPacks, createAssignedPacks } from "../ownPacks/assignedPacks.ts";
import { createOwnPacks } from "../ownPacks/judgeByOwnPacks.ts";
import { findPackArchive } from "../ownPacks/ownPackStore.ts";
import { type Quarantine, watchQuarantine } from "../recovery/index.ts";
import { type KeptSandbox, keepSandbox } from "../sandboxControl/keepSandbox.ts";
import { createPlacements } from "../targets/placements.ts";
import { createTargetService, type TargetService } from "../targets/targetService.ts";
import { DEFAULT_TEAM } from "../teams/team.ts";
import { ensureTeam } from "../teams/teamStore.ts";

export interface ServiceOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** For the person who starts the service. */
  readonly say: (line: string) => void;
  /** Other programs than this checkout's blueprints. */
  readonly programs?: ServicePrograms;
  /** Another time than the machine's. */
  readonly clock?: Clock;
  /** Puts something around the gate of the service, to see what it costs. */
  readonly aroundGate?: (gate: Gate) => Gate;
}

export interface ServicePrograms extends BlueprintDeps {
  /** Absolute path of the module that runs them in runners; it exports a `ProgramLibrary` as `library`. */
  readonly library: string;
}

/** What everything else of the service stands on. */
export interface Ground {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly databaseUrl: string;
  readonly database: OpenDatabase;
  readonly db: Database;
  readonly quarantine: Quarantine;
  readonly keySource: KeySource;
  readonly keyring: MasterKeyring;
  readonly targets: TargetService;
  readonly placements: ReturnType<typeof createPlacements>;
  readonly blueprints: BlueprintService;
  /** Undefined when there was one already. */
  readonly adminKey: string | undefined;
  readonly authenticator: KeyAuthenticator;
  /** Undefined when it is switched off. */
  readonly sandbox: KeptSandbox | undefined;
  readonly gate: Gate;
  /** Judges what somebody asks about, so that no step waits for it. */
  readonly documentGate: Gate;
  /** The processes of teams' own policy packs. */
  readonly packs: PackKeeper;
  readonly assignedPacks: AssignedPacks;
  readonly exemptions: LiveExemptions;
  /** What is set for the policies. */
  readonly policySettings: SettingsFile;
  readonly bundles: Bundles;
  readonly auditKeeper: ChainKeeper;
  readonly ledgerKeeper: ChainKeeper;
  /** Absolute path of the policy pack. */
  readonly policyPack: string;
  close(): Promise<void>;
}

export async function openGround(options: ServiceOptions): Promise<Ground> {
  const { settings, logger, say, programs, aroundGate, clock = systemClock } = options;
  const { dataDir } = settings;
  const policySettings = await openSettings(settings.policySettings); // before anything is started
  const [engine, { url: databaseUrl, stop: letGoOfPostgres }, keySource] = await Promise.all([
    ensureEngine({ progress: printProgress(process.stderr) }),
    databaseOf(settings, { say, logger }),
    openKeySource(settings.masterKeys, dataDir),
  ]);
  const database = await openMigrated(databaseUrl, logger);
  const { db } = database;
  const quarantine = await watchQuarantine(db);
  const keyring = await openMasterKeyring({ db, source: keySource, logger });
  const targets = createTargetService({ clock, sandbox: settings.sandbox });
  const blueprints = createBlueprintService(programs ?? ownBlueprints);
  await ensureTeam(db, DEFAULT_TEAM);
  await targets.ensureBuiltin(db);
  await blueprints.register(db);
  const adminKey = await ensureAdminKey(db, { given: settings.adminKey });
  const sandbox = settings.sandbox
    ? await keepSandbox(() => attachOrStart({ dataDir, databaseUrl }), logger)
    : undefined;
  const packs = createPackKeeper({
    dataDir: path.join(dataDir, "packs"),
    env: process.env,
    onOpen: (left) => logger.warn({}, `${left} (docs/adr/0037)`),
    fetchArchive: async (digest) => {
      const archive = await findPackArchive(db, digest);
      if (archive === undefined) throw new Error(`There is no archive of the pack ${digest}. Publish it again.`);
      return archive;
    },
  });
  const assignedPacks = createAssignedPacks({ db, clock });
  const ownPacks = createOwnPacks(assignedPacks.packsFor, packs);
  const exemptions = createLiveExemptions({ db, clock, limits: settings.exemptions, logger });
  const { exemptionsOf } = exemptions;
  const gates = await createGates({ settings: policySettings.settings, exemptionsOf, ownPacks, clock });
  const sink = settings.auditSink === undefined ? undefined : createLineSink(settings.auditSink);
  const auditKeeper = keepChain({
    ...{ db, clock, logger },
    store: auditChainStore,
    heads: openHeadsPlace(settings.auditHeads),
    deliver: sink && (() => deliverRecords(db, sink)),
  });
  const ledgerKeeper = keepChain({
    ...{ db, clock, logger },
    store: decisionChainStore,
    heads: openHeadsPlace(settings.ledgerHeads),
  });
  return {
    clock,
    engine,
    databaseUrl,
    database,
    db,
    quarantine,
    keySource,
    keyring,
    targets,
    placements: createPlacements(db, targets),
    blueprints,
    adminKey,
    authenticator: createKeyAuthenticator({ db, clock, operationTokens: { findCaller: async () => undefined } }),
    sandbox,
    gate: aroundGate?.(gates.steps) ?? gates.steps,
    documentGate: gates.documents,
    packs,
    assignedPacks,
    policySettings,
    bundles: createBundles({
      settings: policySettings,
      exemptionsOf: exemptions.bundledFor,
      ownPacksOf: async (place) => identitiesOf(await assignedPacks.packsFor({ environment: "production", ...place })),
    }),
    exemptions,
    auditKeeper,
    ledgerKeeper,
    policyPack: path.resolve(import.meta.dirname, "../../policies"),
    async close() {
      await gates.close();
      await packs.close();
      await Promise.all([auditKeeper.stop(), ledgerKeeper.stop()]);
      await database.close();
      await letGoOfPostgres();
    },
  };
}

const identitiesOf = (packs: Awaited<ReturnType<AssignedPacks["packsFor"]>>) =>
  packs.map(({ name, version, digest, level }) => ({ name, version, digest, ...(level && { level }) }));

async function openMigrated(url: string, logger: Logger): Promise<OpenDatabase> {
  const onBroken = ({ message }: Error) => logger.warn({ reason: message }, "a database connection broke");
  const patient = openDatabase(url, onBroken, { silenceMs: 0 }); // a migration may take its time
  await migrate(patient).finally(patient.close);
  return openDatabase(url, onBroken);
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

const ownBlueprints: BlueprintDeps = {
  blueprints: Object.values(catalog.blueprints),
  digestOf: (name) => artefactDigest(ownName(name)),
  archiveOf: (name) => artefactArchive(ownName(name)),
};

function ownName(name: string): BlueprintName {
  if (!isBlueprintName(name)) throw new Error(`there is no blueprint ${name}`);
  return name;
}
