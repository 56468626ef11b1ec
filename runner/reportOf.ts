import { diagnosticsOf, secretValues } from "./diagnostics.ts";
import type { EngineEnd } from "./engineProcess.ts";
import { InputsRefused } from "./inputsRefused.ts";
import type { PhaseEnd } from "./runPhase.ts";
import type { Job, JobReport } from "./wire.ts";

/** The report on a job whose engine ended, or was not started any more because the job had been interrupted. */
export function reportOf(job: Job, phase: PhaseEnd | undefined): JobReport {
  if (phase === undefined) {
    return { outcome: "interrupted", diagnostics: "Stopped before the engine was started.", timing: timing(0) };
  }
  const { end, engineMs } = phase;
  return {
    ...outcomeOf(end),
    ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
    ...(end.signal === undefined ? {} : { signal: end.signal }),
    diagnostics: diagnosticsOf(end, secretsOf(job)),
    timing: timing(engineMs),
  };
}

/** The report on a job that never got as far as an engine, or whose program could not be served. */
export function reportOfFailure(job: Job, error: unknown): JobReport {
  const text = error instanceof Error ? error.message : String(error);
  return {
    outcome: "failed",
    ...(error instanceof InputsRefused ? { problems: error.problems } : {}),
    diagnostics: diagnosticsOf({ stdout: "", stderr: text }, secretsOf(job)),
    timing: timing(0),
  };
}

/**
 * An engine that was asked to stop and ended by itself was interrupted, whatever its exit code, except when it had
 * succeeded already. One that ended by a signal it does not handle is dead, and its update is not completed.
 */
export function outcomeOf(end: EngineEnd): Pick<JobReport, "outcome" | "reason"> {
  if (end.exitCode === 0) return { outcome: "succeeded" };
  if (end.killed) return { outcome: "killed" };
  if (end.interrupted) return { outcome: "interrupted" };
  if (end.signal !== undefined) return { outcome: "killed", reason: "engine-died" };
  return { outcome: "failed" };
}

function secretsOf(job: Job): readonly string[] {
  return [job.backend.token, ...secretValues(job.providerEnv)];
}

function timing(engine: number): JobReport["timing"] {
  return { preparation: 0, engine: Math.round(engine) };
}
