import { realpathSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { createAnalyzerPool } from "./analyzerPool.ts";
import { startAnalyzer } from "./analyzerProcess.ts";
import { createArtefactFolders } from "./artefactFolders.ts";
import { type ControlConnection, connectToControl } from "./controlConnection.ts";
import type { HostSettings } from "./hostSettings.ts";
import { createInstalledModules } from "./installedModules.ts";
import { makeJobsFolder, removeLeftovers } from "./jobFolder.ts";
import { type JobRunnerOptions, type RunningJob, runJob, type StopReason } from "./jobRunner.ts";
import { runnerLimits } from "./poolPlan.ts";
import { createRunnerPool } from "./runnerPool.ts";
import { type Runner, type RunnerOptions, startRunner } from "./runnerProcess.ts";
import { type ChildFolders, scrubbedEnvironment } from "./scrubbedEnvironment.ts";
import type { Job } from "./wire.ts";

/** An engine that does not end within this after a cancel is killed. */
const CANCEL_MS = 30_000;
/** What a stopping host gives its engines to save what is in flight. */
const SAVE_MS = 60_000;

const checkoutModules = realpathSync(fileURLToPath(new URL("../node_modules", import.meta.url)));

/** A stopping host waits no longer for its reports to be taken. */
const DELIVERY_MS = 10_000;

interface HeldJob {
  readonly running: RunningJob;
  /** Resolves when the control process has its report, or will never have it. */
  readonly delivered: Promise<void>;
}

export interface Host {
  /** Takes no more jobs, interrupts those that run, delivers their reports unless nobody listens, and ends all processes. */
  stop(options: { readonly report: boolean }): Promise<void>;
}

/**
 * Starts a runner host: warm runners, and a connection over which jobs come. It keeps no state: what it had in hand when it
 * died, the control process knows by its silence.
 */
export async function startHost(settings: HostSettings, host: string, logger: Logger): Promise<Host> {
  const folders = await makeFolders(settings.dataDir);
  await Promise.all([folders.jobs, folders.artefacts, folders.modules].map(removeLeftovers));
  const env = scrubbedEnvironment(process.env, folders);
  const library = settings.library ?? fileURLToPath(new URL("./blueprintLibrary.ts", import.meta.url));
  const start = (programs: RunnerOptions["programs"]): Runner => startRunner({ programs, env, cwd: folders.userHome });
  let own: Promise<Readonly<Record<string, string>>> | undefined;
  const runners = createRunnerPool({ ...runnerLimits, capacity: settings.capacity }, () => {
    const runner = start({ library });
    own ??= runner.describe().catch(() => {
      own = undefined; // the next one says it
      return {};
    });
    return runner;
  });
  const { policyPack } = settings;
  const analyzers = policyPack === undefined ? undefined : createAnalyzerPool(() => startAnalyzer({ policyPack, env }));
  const artefacts = createArtefactFolders({
    root: folders.artefacts,
    fetchArchive: (digest) => control.artefact(digest),
    modules: createInstalledModules({ shared: checkoutModules, root: folders.modules, env: process.env }),
  });
  const options: JobRunnerOptions = {
    runners,
    async findArtefact({ name, digest }) {
      return (await own)?.[name] === digest ? undefined : artefacts.prepare(digest);
    },
    startSpecial: (artefact) => start({ artefact }),
    analyzers,
    engine: settings.engine,
    home: folders.pulumiHome,
    jobsFolder: folders.jobs,
    logger,
  };
  const jobs = new Map<string, HeldJob>();
  let stopping: StopReason | undefined;

  const accept = (control: ControlConnection, job: Job): void => {
    if (jobs.has(job.id)) return; // the control process was not sure that we had it
    const running = runJob(job, options);
    if (stopping !== undefined) running.stop(stopping, SAVE_MS);
    logger.info({ job: job.id, phase: job.phase }, "job started");
    const delivered = running.report.then(async (report) => {
      logger.info({ job: job.id, outcome: report.outcome, timing: report.timing }, "job ended");
      await control.report(job.id, report);
      jobs.delete(job.id);
    });
    jobs.set(job.id, { running, delivered });
  };
  const control: ControlConnection = connectToControl({
    url: settings.control,
    token: settings.token,
    host,
    capacity: settings.capacity,
    running: () => [...jobs.keys()],
    logger,
    onMessage(message) {
      if (message.type === "job") accept(control, message.job);
      else if (message.type === "cancel") jobs.get(message.job)?.running.stop("cancelled", CANCEL_MS);
    },
  });

  return {
    async stop({ report }) {
      stopping = report ? "host-stopping" : "host-lost";
      if (report) await control.leave();
      else control.close();
      const held = [...jobs.values()];
      for (const { running } of held) running.stop(stopping, SAVE_MS);
      await Promise.all(held.map(({ running }) => running.report));
      if (report) await Promise.race([Promise.all(held.map((job) => job.delivered)), delay(DELIVERY_MS)]);
      control.close();
      await Promise.all([runners.close(), analyzers?.close()]);
    },
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

interface Folders extends ChildFolders {
  readonly jobs: string;
  readonly artefacts: string;
  readonly modules: string;
  readonly pulumiHome: string;
}

async function makeFolders(dataDir: string): Promise<Folders> {
  const folders = {
    jobs: path.join(dataDir, "jobs"),
    artefacts: path.join(dataDir, "artefacts"),
    modules: path.join(dataDir, "modules"),
    pulumiHome: path.join(dataDir, "pulumi"),
    userHome: path.join(dataDir, "home"),
    compileCache: path.join(dataDir, "compiled"),
  };
  await makeJobsFolder(folders.jobs);
  for (const folder of [folders.artefacts, folders.modules, folders.pulumiHome, folders.userHome]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  await preventLogs(folders.pulumiHome);
  return folders;
}

/**
 * Engines keep a log of every run, sealed with a key that they ask the backend for: a tenth of their CPU time, and a team's
 * data on our disk. There is no switch for it; a file where they want a folder is one.
 */
async function preventLogs(pulumiHome: string): Promise<void> {
  const logs = path.join(pulumiHome, "logs");
  await rm(logs, { recursive: true, force: true });
  await writeFile(logs, "");
}
