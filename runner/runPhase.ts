import { engineArguments, runsProgram } from "./engineArguments.ts";
import { engineEnvironment } from "./engineEnvironment.ts";
import { type EngineEnd, type RunningEngine, startEngine } from "./engineProcess.ts";
import { writePolicyConfig, writePolicyPackLauncher } from "./jobFolder.ts";
import type { Assignment } from "./runnerMessages.ts";
import type { RunnerPrograms } from "./runnerPrograms.ts";
import { serveProgram } from "./serveProgram.ts";

export interface PhaseHooks {
  readonly programs: RunnerPrograms;
  /** Called as soon as the engine runs. */
  readonly onEngine: (engine: RunningEngine) => void;
  /** True when the job was interrupted before its engine ran; it is not started then. */
  readonly interrupted: () => boolean;
}

export interface PhaseEnd {
  readonly end: EngineEnd;
  /** Milliseconds that the engine ran. */
  readonly engineMs: number;
}

/**
 * Runs one phase of one operation as one engine process. Undefined when it was interrupted before the engine ran.
 *
 * @throws Error when the phase could not be started, in words for the person who asked for the operation.
 */
export async function runPhase(assignment: Assignment, hooks: PhaseHooks): Promise<PhaseEnd | undefined> {
  const { job, folder, analyzerPort } = assignment;
  if (!runsProgram(job.phase)) return runEngine(assignment, [...engineArguments({ job })], hooks);
  const program = await hooks.programs.programOf(assignment);
  const policies = analyzerPort === undefined ? {} : await preparePolicies(job, folder, analyzerPort);
  return serveProgram(
    { project: job.stack.project, stack: job.stack.name, folder, program, automation: hooks.programs.automation },
    (client) => runEngine(assignment, engineArguments({ job, client, ...policies }), hooks),
  );
}

async function preparePolicies({ policyConfig }: Assignment["job"], folder: string, port: number) {
  const policyPack = await writePolicyPackLauncher(folder, port);
  if (policyConfig === undefined) return { policyPack };
  return { policyPack, policyConfig: await writePolicyConfig(folder, policyConfig) };
}

async function runEngine(
  assignment: Assignment,
  args: readonly string[],
  hooks: PhaseHooks,
): Promise<PhaseEnd | undefined> {
  if (hooks.interrupted()) return undefined;
  const startedAt = performance.now();
  const engine = startEngine({
    binary: assignment.engine.binary,
    args,
    cwd: assignment.folder,
    env: engineEnvironment(assignment, process.env),
  });
  hooks.onEngine(engine);
  const end = await engine.end;
  return { end, engineMs: performance.now() - startedAt };
}
