import { startBackendRelay } from "./backendRelay.ts";
import type { RunningEngine } from "./engineProcess.ts";
import { removeJobFolder } from "./jobFolder.ts";
import { reportOf, reportOfFailure } from "./reportOf.ts";
import type { Assignment, FromRunner, ToRunner } from "./runnerMessages.ts";
import { openArtefact, openLibrary } from "./runnerPrograms.ts";
import { runPhase } from "./runPhase.ts";

/**
 * Process entry of a runner: `runner.ts --library <module of the program library>`, or `--artefact <folder>` for an artefact with modules
 * of its own; with a channel to its host. It runs one job at a time. When the channel closes the host is gone: the engine is asked to stop, waited for, and the runner ends.
 */
const SAVE_MS = 60_000;

const [kind, place = ""] = process.argv.slice(2);
const programs = kind === "--artefact" ? await openArtefact(place) : await openLibrary(place);
const relay = await startBackendRelay();

let engine: RunningEngine | undefined;
let folder: string | undefined;
let interrupted = false;

process.on("message", (message: ToRunner) => {
  if (message.type === "run") void runJob(message.assignment);
  else if (message.type === "describe") tell({ type: "described", digests: programs.digests() });
  else interrupt(message.graceMs);
});
process.on("disconnect", () => {
  interrupt(SAVE_MS);
  void endWithoutHost();
});
// A signal to the whole group of the host is the host's to handle; one that ended the runner here would orphan its engine.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
// What a program prints has no reader once the host is gone, which must not end the runner before its engine.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

function interrupt(graceMs: number): void {
  interrupted = true;
  engine?.interrupt(graceMs);
}

/** The host would have removed the job's folder. */
async function endWithoutHost(): Promise<void> {
  await engine?.end;
  if (folder !== undefined) await removeJobFolder(folder);
  process.exit();
}

async function runJob(assignment: Assignment): Promise<void> {
  interrupted = false;
  folder = assignment.folder;
  const report = await runPhase(throughRelay(assignment), {
    programs,
    interrupted: () => interrupted,
    onEngine: (started) => {
      engine = started;
      if (started.pid !== undefined) tell({ type: "engine", pid: started.pid });
    },
  }).then(
    (phase) => reportOf(assignment.job, phase),
    (error: unknown) => reportOfFailure(assignment.job, error),
  );
  engine = undefined;
  folder = undefined;
  tell({ type: "done", report, residentBytes: process.memoryUsage.rss() });
}

function throughRelay(assignment: Assignment): Assignment {
  const { job } = assignment;
  return { ...assignment, job: { ...job, backend: { ...job.backend, url: relay.urlFor(job.backend.url) } } };
}

function tell(message: FromRunner): void {
  if (process.connected) process.send?.(message);
}

tell({ type: "ready" });
