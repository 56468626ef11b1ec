import type { Logger } from "pino";
import type { AnalyzerPool } from "./analyzerPool.ts";
import type { ArtefactFolder } from "./artefactFolders.ts";
import { runsProgram } from "./engineArguments.ts";
import { makeJobFolder, removeJobFolder } from "./jobFolder.ts";
import { reportOf, reportOfFailure } from "./reportOf.ts";
import type { EngineInstallation } from "./runnerMessages.ts";
import type { RunnerPool } from "./runnerPool.ts";
import type { FinishedJob, Runner } from "./runnerProcess.ts";
import type { Job, JobReport } from "./wire.ts";

export interface JobRunnerOptions {
  readonly runners: RunnerPool;
  /** Where to build from: undefined for the blueprints of the runners' own library. */
  readonly findArtefact: (blueprint: Job["blueprint"]) => Promise<ArtefactFolder | undefined>;
  readonly startSpecial: (artefact: string) => Runner;
  /** Undefined when the host has no policy pack: jobs that ask for one fail. */
  readonly analyzers: AnalyzerPool | undefined;
  readonly engine: EngineInstallation;
  readonly home: string;
  readonly jobsFolder: string;
  readonly logger: Logger;
}

export type StopReason = "cancelled" | "host-stopping" | "host-lost";

export interface RunningJob {
  readonly report: Promise<JobReport>;
  /** Stops the job wherever it is; its engine has `graceMs` to save what is in flight. The first reason counts. */
  stop(reason: StopReason, graceMs: number): void;
}

/** Runs one job from its folder to its report, on a warm runner. The report always comes. */
export function runJob(job: Job, options: JobRunnerOptions): RunningJob {
  const { analyzers, jobsFolder, logger } = options;
  const receivedAt = performance.now();
  let stopped: { readonly reason: StopReason; readonly graceMs: number } | undefined;
  let running: Runner | undefined;
  let preparation = 0;

  const runOn = async ({ runner, artefact }: Placed, analyzerPort: number | undefined): Promise<FinishedJob> => {
    const folder = await makeJobFolder(jobsFolder, runner.pid, job);
    try {
      if (stopped !== undefined) return { report: reportOf(job, undefined), residentBytes: undefined };
      running = runner;
      const { engine, home } = options;
      const assignment = {
        job,
        engine,
        home,
        folder,
        ...(artefact === undefined ? {} : { artefact: artefact.folder }),
      };
      return await runner.run(analyzerPort === undefined ? assignment : { ...assignment, analyzerPort }, () => {
        preparation = Math.round(performance.now() - receivedAt);
      });
    } finally {
      running = undefined;
      await removeJobFolder(folder);
    }
  };

  const report = withRunner(options, job, (placed) =>
    withAnalyzer(wantsAnalyzer(job) ? requirePack(analyzers) : undefined, (port) => runOn(placed, port)),
  )
    .catch((error: unknown) => {
      logger.warn({ job: job.id, err: error }, "a job could not be run");
      return reportOfFailure(job, error);
    })
    .then((ended) => ({
      ...ended,
      ...reasonOf(ended, stopped?.reason),
      timing: { ...ended.timing, preparation },
    }));

  return {
    report,
    stop(reason, graceMs) {
      if (stopped !== undefined) return;
      stopped = { reason, graceMs };
      running?.interrupt(graceMs);
    },
  };
}

interface Placed {
  readonly runner: Runner;
  readonly artefact: ArtefactFolder | undefined;
}

async function withRunner(
  { runners, findArtefact, startSpecial }: JobRunnerOptions,
  job: Job,
  use: (placed: Placed) => Promise<FinishedJob>,
): Promise<JobReport> {
  const artefact = runsProgram(job.phase) ? await findArtefact(job.blueprint) : undefined;
  const special = artefact?.modules === "own" ? () => startSpecial(artefact.folder) : undefined;
  // Never shared between teams, nor between artefacts: what one program leaves in memory, no other team's finds.
  const runner = await runners.take(`${job.stack.team} ${job.blueprint.name}@${job.blueprint.digest}`, special);
  let finished: FinishedJob | undefined;
  try {
    finished = await use({ runner, artefact });
    return finished.report;
  } finally {
    runners.giveBack(runner, finished?.residentBytes);
  }
}

async function withAnalyzer<Result>(
  analyzers: AnalyzerPool | undefined,
  use: (port: number | undefined) => Promise<Result>,
): Promise<Result> {
  if (analyzers === undefined) return use(undefined);
  const analyzer = await analyzers.take();
  try {
    return await use(await analyzer.port);
  } finally {
    await analyzers.giveBack(analyzer);
  }
}

function wantsAnalyzer(job: Job): boolean {
  return job.policies && runsProgram(job.phase);
}

function requirePack(analyzers: AnalyzerPool | undefined): AnalyzerPool {
  if (analyzers !== undefined) return analyzers;
  throw new Error(
    "The job asks for the policy pack, but this runner host was started without one. Give it the pack's folder.",
  );
}

function reasonOf(report: JobReport, stop: StopReason | undefined): Pick<JobReport, "reason"> {
  const endedEarly = report.outcome === "interrupted" || report.outcome === "killed";
  return endedEarly && stop !== undefined ? { reason: stop } : {};
}
