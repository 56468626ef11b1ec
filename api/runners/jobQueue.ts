import type { Job, JobReport } from "../../runner/wire.ts";

type EndReason = NonNullable<JobReport["reason"]>;

/** A host as far as the giving out of jobs goes. */
export interface Place {
  readonly capacity: number;
  readonly jobs: ReadonlySet<string>;
  /** Whether jobs can be sent to it now, and it wants any. */
  readonly open: boolean;
}

/** The host with most places free; undefined when none has one. */
export function chooseHost<Host extends Place>(hosts: Iterable<Host>): Host | undefined {
  return [...hosts]
    .filter((host) => host.open && host.jobs.size < host.capacity)
    .toSorted((one, other) => other.capacity - other.jobs.size - (one.capacity - one.jobs.size))[0];
}

export interface Reconciliation {
  /** Given to the host before, which does not have them: they never arrived, or went with an earlier life of it. */
  readonly lost: readonly string[];
  /** In the host's hands, but nobody waits for them any more, or they are to be cancelled. */
  readonly unwanted: readonly string[];
}

/** Compares what a host that dials again says it has with what it was given. */
export function reconcile(
  given: ReadonlySet<string>,
  held: readonly string[],
  cancelled: (job: string) => boolean,
): Reconciliation {
  const lost = [...given].filter((job) => !held.includes(job));
  const unwanted = held.filter((job) => !given.has(job) || cancelled(job));
  return { lost, unwanted };
}

/** The report on a job whose host will not report on it, or that no host was given. */
export function interruptedReport(reason: EndReason, diagnostics: string): JobReport {
  return { outcome: "interrupted", reason, diagnostics, timing: { preparation: 0, engine: 0 } };
}

/** One job and whoever waits for its report. */
export interface PendingJob {
  readonly job: Job;
  readonly report: Promise<JobReport>;
  readonly settle: (report: JobReport) => void;
}

export function pendingJob(job: Job): PendingJob {
  const { promise, resolve } = Promise.withResolvers<JobReport>();
  return { job, report: promise, settle: resolve };
}
