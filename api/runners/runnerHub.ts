import type { Router } from "express";
import type { AttachRequest, Job, JobReport, ToHost } from "../../runner/wire.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { HostTokens } from "./hostTokens.ts";
import { chooseHost, interruptedReport, type PendingJob, pendingJob, reconcile } from "./jobQueue.ts";
import { createRunnerRouter, type ReportAnswer } from "./runnerRoutes.ts";

export interface RunnerHubOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly hostTokens: HostTokens;
  /** The archive of an artefact; undefined when there is none. */
  readonly archiveOf?: (digest: string) => Promise<Buffer | undefined>;
  /** Milliseconds between two pings; a host silent for three of them is lost. */
  readonly pingMs?: number;
  /** Milliseconds in which a lost host may dial again before its jobs count as interrupted. */
  readonly graceMs?: number;
}

interface AttachedHost {
  readonly host: string;
  /** The name of the token with which it attached. */
  readonly holder: string;
  readonly capacity: number;
  readonly running: readonly string[];
  readonly attachedAt: Date;
}

/** Where the control process gives work to runner hosts and hears how it went. */
export interface RunnerHub {
  /** To be mounted at /runner/v1. */
  readonly router: Router;
  /**
   * Gives the job to the first host with a free place, in the order of asking, and answers its report. Never rejects: a
   * job whose host is lost, or whose signal is aborted before a host was found, ends as `interrupted` with a reason. That
   * does not mean that its engine is gone: who tries again waits for the stack's lease.
   */
  run(job: Job, options?: { readonly signal?: AbortSignal }): Promise<JobReport>;
  /** Takes the job out of the queue, or has its engine interrupted; the report says how that went. */
  cancel(jobId: string): void;
  attached(): readonly AttachedHost[];
  /** Ends the connections; jobs that wait or run end as interrupted. */
  close(): void;
}

interface Host {
  readonly id: string;
  readonly holder: string;
  readonly jobs: Set<string>;
  readonly attachedAt: Date;
  capacity: number;
  leaving: boolean;
  lastHeard: number;
  connection: Connection | undefined;
  grace: NodeJS.Timeout | undefined;
}

/** One open answer to an attach request. */
export interface Connection {
  send(message: ToHost): void;
  end(): void;
}

const PING_MS = 5_000;
const GRACE_MS = 5_000;
const MISSED_PINGS = 3;

export function createRunnerHub(options: RunnerHubOptions): RunnerHub {
  const { logger, clock, pingMs = PING_MS, graceMs = GRACE_MS } = options;
  const hosts = new Map<string, Host>();
  const running = new Map<string, PendingJob>();
  const cancelled = new Set<string>();
  let queue: readonly PendingJob[] = [];

  const settle = (pending: PendingJob, report: JobReport): void => {
    const { id } = pending.job;
    queue = queue.filter((other) => other !== pending);
    running.delete(id);
    cancelled.delete(id);
    for (const host of hosts.values()) host.jobs.delete(id);
    pending.settle(report);
    dispatch();
  };
  const settleLost = (jobs: Iterable<string>, diagnostics: string): void => {
    for (const id of [...jobs]) {
      const pending = running.get(id);
      if (pending !== undefined) settle(pending, interruptedReport("host-lost", diagnostics));
    }
  };
  const dispatch = (): void => {
    const [next, ...rest] = queue;
    if (next === undefined) return;
    const host = chooseHost([...hosts.values()].map((each) => placeOf(each)))?.host;
    if (host === undefined) return;
    queue = rest;
    running.set(next.job.id, next);
    host.jobs.add(next.job.id);
    host.connection?.send({ type: "job", job: next.job });
    dispatch();
  };

  const forget = (host: Host): void => {
    hosts.delete(host.id);
    logger.warn({ host: host.id, jobs: [...host.jobs] }, "runner host lost");
    settleLost(host.jobs, "The runner host was lost in the middle of the job.");
  };
  const detach = (host: Host, connection: Connection): void => {
    if (host.connection !== connection) return; // it has dialled again already
    host.connection = undefined;
    host.grace = setTimeout(() => forget(host), graceMs);
  };
  const attach = (holder: string, request: AttachRequest, connection: Connection): (() => void) | undefined => {
    const known = hosts.get(request.host);
    if (known !== undefined && known.holder !== holder) return undefined;
    const host: Host = known ?? newHost(request, holder, clock.now());
    hosts.set(host.id, host);
    clearTimeout(host.grace);
    const earlier = host.connection;
    host.connection = connection;
    earlier?.end();
    host.capacity = request.capacity;
    host.lastHeard = performance.now();
    logger.info({ host: host.id, holder, capacity: host.capacity }, "runner host attached");
    connection.send({ type: "ping", everyMs: pingMs });
    const { lost, unwanted } = reconcile(host.jobs, request.running, (job) => cancelled.has(job));
    settleLost(lost, "The runner host does not have the job any more.");
    for (const job of unwanted) connection.send({ type: "cancel", job });
    dispatch();
    return () => detach(host, connection);
  };

  const pings = setInterval(() => {
    for (const host of hosts.values()) {
      if (performance.now() - host.lastHeard > MISSED_PINGS * pingMs) host.connection?.end();
      else host.connection?.send({ type: "ping", everyMs: pingMs });
    }
  }, pingMs).unref();

  const alive = (holder: string, id: string, leaving: boolean): boolean => {
    const host = hosts.get(id);
    if (host === undefined || host.holder !== holder) return false;
    host.lastHeard = performance.now();
    host.leaving ||= leaving;
    return true;
  };
  const report = (holder: string, id: string, from: { host: string; report: JobReport }): ReportAnswer => {
    const pending = running.get(id);
    if (pending === undefined) return "gone";
    const host = hosts.get(from.host);
    if (host === undefined || host.holder !== holder || !host.jobs.has(id)) return "not-yours";
    settle(pending, from.report);
    return "taken";
  };
  /** Only of what a host of that token has to run now: artefacts are their teams' own. */
  const artefact = async (holder: string, digest: string): Promise<Buffer | undefined> => {
    const held = [...hosts.values()].filter((host) => host.holder === holder).flatMap((host) => [...host.jobs]);
    const wanted = held.some((id) => running.get(id)?.job.blueprint.digest === digest);
    return wanted ? options.archiveOf?.(digest) : undefined;
  };
  const cancel = (id: string): void => {
    const waiting = queue.find(({ job }) => job.id === id);
    if (waiting !== undefined) {
      settle(waiting, interruptedReport("cancelled", "Cancelled before it was started."));
      return;
    }
    if (!running.has(id)) return;
    cancelled.add(id);
    for (const host of hosts.values()) if (host.jobs.has(id)) host.connection?.send({ type: "cancel", job: id });
  };

  return {
    router: createRunnerRouter({ hostTokens: options.hostTokens, attach, alive, report, artefact }),
    cancel,
    run(job, { signal } = {}) {
      const known = running.get(job.id) ?? queue.find((pending) => pending.job.id === job.id);
      if (known !== undefined) return known.report;
      const pending = pendingJob(job);
      queue = [...queue, pending];
      const onAbort = (): void => cancel(job.id);
      signal?.addEventListener("abort", onAbort, { once: true });
      void pending.report.then(() => signal?.removeEventListener("abort", onAbort));
      if (signal?.aborted === true) onAbort();
      else dispatch();
      return pending.report;
    },
    attached: () => [...hosts.values()].filter((host) => host.connection !== undefined).map(describe),
    close() {
      clearInterval(pings);
      for (const host of hosts.values()) {
        clearTimeout(host.grace);
        const { connection } = host;
        host.connection = undefined;
        connection?.end();
      }
      hosts.clear();
      const why = interruptedReport("host-lost", "The control process stopped.");
      for (const pending of [...queue, ...running.values()]) settle(pending, why);
    },
  };
}

function newHost(request: AttachRequest, holder: string, attachedAt: Date): Host {
  return {
    id: request.host,
    holder,
    jobs: new Set(),
    attachedAt,
    capacity: request.capacity,
    leaving: false,
    lastHeard: 0,
    connection: undefined,
    grace: undefined,
  };
}

function placeOf(host: Host) {
  const open = host.connection !== undefined && !host.leaving;
  return { host, capacity: host.capacity, jobs: host.jobs, open };
}

function describe(host: Host): AttachedHost {
  const { id, holder, capacity, jobs, attachedAt } = host;
  return { host: id, holder, capacity, running: [...jobs], attachedAt };
}
