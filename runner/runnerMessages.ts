import { z } from "zod";
import { type Job, jobReport } from "./wire.ts";

/** The engine as a runner needs it: which file, and what comes first on PATH of the processes that run it. */
export interface EngineInstallation {
  /** Absolute path of the `pulumi` executable. */
  readonly binary: string;
  readonly path: readonly string[];
}

/** What a host tells a runner over their channel. */
export type ToRunner =
  | { readonly type: "run"; readonly assignment: Assignment }
  | { readonly type: "describe" }
  | { readonly type: "interrupt"; readonly graceMs: number };

export interface Assignment {
  readonly job: Job;
  readonly engine: EngineInstallation;
  /** `PULUMI_HOME`: shared by the engines of one host. */
  readonly home: string;
  /** A new folder for this job alone, made by the host. */
  readonly folder: string;
  /** Folder of the artefact to build from; without it, the runner's own library. */
  readonly artefact?: string;
  /** Port of the policy pack that this job may use until it ends. */
  readonly analyzerPort?: number;
}

/**
 * What a runner tells its host. A runner runs a team's program in its own process, which could send anything: the host
 * takes nothing that does not fit, and believes none of it about anything but this job.
 */
export const fromRunner = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  /** The digests of the library's blueprints, by name. */
  z.object({ type: z.literal("described"), digests: z.record(z.string(), z.string()) }),
  /** The engine has been started, as the leader of a process group of this number. */
  z.object({ type: z.literal("engine"), pid: z.number().int().positive() }),
  /** `residentBytes`: of the runner itself, after the job. */
  z.object({ type: z.literal("done"), report: jobReport, residentBytes: z.number().positive() }),
]);
export type FromRunner = z.infer<typeof fromRunner>;
