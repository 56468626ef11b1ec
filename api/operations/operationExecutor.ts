import type { Job, JobReport } from "../../runner/wire.ts";
import type { Clock } from "../base/clock.ts";
import { isProblem, type Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import type { WatchSubject } from "../db/watch.ts";
import type { OperationEnd, OperationKind, Suspect } from "./operation.ts";
import { denialOf, problem, refusedInputs } from "./operationEnds.ts";
import { appendOperationEvents, readErrors } from "./operationEvents.ts";
import type { OperationInputs } from "./operationInputs.ts";
import { beginAttempt, endOperation, findOperation, type OperationRow, readVerdicts } from "./operationStore.ts";
import type { Healer } from "./pendingCreateHealer.ts";
import { refusedTeardown, type Teardown, writeTeardown } from "./teardown.ts";

/** What the executor needs of the state backend. */
export interface StateOfStacks {
  findStack(stack: { team: string; project: string; name: string }): Promise<{ readonly id: string } | undefined>;
  /** Waits until no update holds the stack; one whose lease ran out is ended first. False when the deadline passed. */
  awaitLeaseFree(stackId: string, deadline: Date): Promise<boolean>;
  issueOperationToken(grant: { operation: string; stackId: string; person: string; ttl: number }): Promise<string>;
  /** What the destroy of a whole stack would take, and what the rules say to it. */
  judgeTeardown(of: { stackId: string; operation: string }): Promise<Teardown>;
  /** Why there was no money for what an operation was about to do. */
  unaffordable(operation: string): Promise<Problem | undefined>;
  /** Ends what a dead engine left open; the creates that were in flight. */
  abandonUpdates(operation: string): Promise<readonly Suspect[]>;
}

/** What it needs of the runner hosts. */
export interface JobRunner {
  run(job: Job, options: { signal: AbortSignal }): Promise<JobReport>;
  cancel(job: string): void;
}

/** Where a stack's engine runs: credentials and configuration that a job carries. */
export interface JobSettings {
  forOperation(row: OperationRow): Promise<{
    readonly config: Readonly<Record<string, string>>;
    readonly providerEnv: Readonly<Record<string, string>>;
  }>;
}

export interface ExecutorDeps {
  readonly db: Database;
  readonly state: StateOfStacks;
  readonly jobs: JobRunner;
  readonly settings: JobSettings;
  readonly inputs: OperationInputs;
  readonly healer: Healer;
  readonly clock: Clock;
  readonly backendUrl: string;
  /** Settings and exemptions of a stack, as its preview's policy pack is configured with them. */
  readonly packConfigOf: (stackId: string) => Promise<NonNullable<Job["policyConfig"]>>;
  /** Watches for requests to cancel. */
  readonly watchOperation: WatchSubject;
}

export interface OperationExecutor {
  /** One try of an operation. "again": it was interrupted with nothing lost, and another try goes on from there. */
  execute(id: string): Promise<"ended" | "again">;
  /** Ends an operation whose tries threw: something is broken, or refused, that a further try would not mend. */
  giveUp(id: string, error: ProblemDocument): Promise<void>;
  /** Interrupts the engine of an operation that this process runs; does nothing for others. */
  interrupt(id: string): void;
  /** No try that is under way goes on after this; its workflow stays open for the next process. */
  stop(): void;
}

/** So often an operation may be interrupted (a runner host that died, a restart) before a person must look. */
const MAX_ATTEMPTS = 10;
const LEASE_POLL_MS = 200;
/** Characters of what the engine said that an error repeats; the events have all of it. */
const MAX_DETAIL = 2_000;
const TOKEN_TTL_SECONDS = 6 * 60 * 60;
const never = new Promise<never>(() => undefined);

export function createOperationExecutor(deps: ExecutorDeps): OperationExecutor {
  const { db, state, jobs } = deps;
  const running = new Map<string, string>();
  const stopping = new AbortController();

  const end = (id: string, how: OperationEnd) => db.transaction().execute((tx) => endOperation(tx, id, how));

  async function execute(id: string): Promise<"ended" | "again"> {
    if (stopping.signal.aborted) return never;
    const row = await beginAttempt(db, id);
    if (row === undefined) return "ended";
    if (row.attempt > MAX_ATTEMPTS) {
      await end(id, {
        status: "failed",
        error: problem("interrupted", `It was interrupted ${MAX_ATTEMPTS} times and is not tried again.`),
      });
      return "ended";
    }
    const stackId = (await state.findStack(fullName(row)))?.id;
    if (stackId === undefined) {
      await end(id, { status: "failed", error: problem("not-found", `The stack ${row.stack} is gone.`) });
      return "ended";
    }
    if (!(await waitUntilFree(id, stackId))) return "ended";
    const suspects = row.kind === "preview" ? [] : await heal(row, stackId);
    if (suspects === "locked") return "again";
    if (suspects.length > 0 && row.kind !== "refresh") {
      await end(id, pendingCreates(suspects));
      return "ended";
    }
    // Once an engine has begun, it goes on: each of its steps is judged all the same.
    if (row.kind === "destroy" && row.status === "queued" && (await refuseTeardown(row, stackId))) return "ended";
    const settled = await deps.inputs.settle(row, stackId);
    if (settled.error !== undefined) {
      await end(id, { status: "failed", error: settled.error });
      return "ended";
    }
    const report = await runEngine(settled.row, stackId);
    if (stopping.signal.aborted && report.outcome === "interrupted") return never;
    return conclude(row, stackId, report);
  }

  /** Whether a destroy was refused before anything died. */
  async function refuseTeardown(row: OperationRow, stackId: string): Promise<boolean> {
    const teardown = await state.judgeTeardown({ stackId, operation: row.id });
    const refusal = refusedTeardown(teardown);
    await db.transaction().execute(async (tx) => {
      await writeTeardown(tx, row.id, teardown);
      if (refusal !== undefined) await endOperation(tx, row.id, refusal);
    });
    return refusal !== undefined;
  }

  /** Settles what a dead engine, of this operation or of anybody, left in flight; answers what only a person can settle. */
  async function heal(row: OperationRow, stackId: string): Promise<readonly Suspect[] | "locked"> {
    const healing = await deps.healer.heal(stackId, row.id).catch((error: unknown) => {
      if (isProblem(error) && error.code === "stack-locked") return undefined;
      throw error;
    });
    if (healing === undefined) return "locked";
    const { settled, left } = healing;
    const events = settled.map(({ urn, id }) => {
      const what =
        id === undefined ? "was never made, and is forgotten" : `exists as ${id}, and is taken into the state`;
      const message = `A create that was in flight when an engine died ${what}.`;
      return { type: "diagnostic" as const, data: { operation: row.id, severity: "info", message, urn } };
    });
    await appendOperationEvents(db, row.id, events);
    return left;
  }

  /** Somebody's laptop may hold the stack: the operation stays queued behind it until it is free or no longer wanted. */
  async function waitUntilFree(id: string, stackId: string): Promise<boolean> {
    const watch = deps.watchOperation(id);
    try {
      for (;;) {
        const row = await findOperation(db, id);
        if (row === undefined || row.finishedAt !== null) return false;
        if (row.cancelRequestedAt !== null) {
          await end(id, { status: "cancelled" });
          return false;
        }
        if (await state.awaitLeaseFree(stackId, deps.clock.now())) return true;
        if (stopping.signal.aborted) await never;
        await watch.next(LEASE_POLL_MS);
      }
    } finally {
      watch.close();
    }
  }

  async function runEngine(row: OperationRow, stackId: string): Promise<JobReport> {
    const { id: operation, person } = row;
    const token = await state.issueOperationToken({ operation, stackId, person, ttl: TOKEN_TTL_SECONDS });
    const job: Job = {
      id: `${row.id}.${row.attempt}`,
      operation: row.id,
      phase: row.kind as OperationKind, // the table's check constraint holds it
      stack: fullName(row),
      backend: { url: deps.backendUrl, token },
      blueprint: { name: row.blueprint, digest: row.blueprintDigest },
      ...(row.kind === "up" || row.kind === "preview"
        ? { policies: true, policyConfig: await deps.packConfigOf(stackId) }
        : { policies: false }),
      ...(await deps.settings.forOperation(row)),
    };
    running.set(row.id, job.id);
    try {
      return await jobs.run(job, { signal: stopping.signal });
    } finally {
      running.delete(row.id);
    }
  }

  async function conclude(row: OperationRow, stackId: string, report: JobReport): Promise<"ended" | "again"> {
    // A lost host says nothing of its engine, which may be saving its work: the next try waits for the lease instead.
    const engineIsGone = report.reason !== "host-lost" && report.reason !== "runner-lost";
    const suspects = engineIsGone ? await state.abandonUpdates(row.id) : [];
    const cancelled = (await findOperation(db, row.id))?.cancelRequestedAt != null;
    // An operation that goes on settles them at the start of its next attempt.
    const goesOn = (report.outcome === "killed" || report.outcome === "interrupted") && !cancelled;
    if (suspects.length > 0 && report.outcome !== "succeeded" && row.kind !== "preview" && !goesOn) {
      const left = await heal(row, stackId);
      if (left === "locked") return "again";
      if (left.length > 0) {
        await end(row.id, pendingCreates(left));
        return "ended";
      }
    }
    switch (report.outcome) {
      case "succeeded":
        await db.transaction().execute(async (tx) => {
          await deps.inputs.succeeded(tx, row);
          await endOperation(tx, row.id, { status: "succeeded" });
        });
        return "ended";
      case "interrupted":
      case "killed":
        if (!cancelled) return "again";
        await end(row.id, { status: "cancelled" });
        return "ended";
      case "failed":
        await end(row.id, cancelled ? { status: "cancelled" } : await failure(row, report));
        return "ended";
    }
  }

  /** The engine's exit code is the same for a denial and a failure: the verdicts that were written tell them apart. */
  async function failure(row: OperationRow, report: JobReport): Promise<OperationEnd> {
    const verdicts = (await readVerdicts(db, [row.id])).get(row.id) ?? [];
    const denied = denialOf(verdicts);
    if (denied !== undefined) return denied;
    const unaffordable = await state.unaffordable(row.id);
    if (unaffordable !== undefined) return { status: "failed", error: toProblemDocument(unaffordable) };
    if (report.problems !== undefined) return refusedInputs(row.blueprint, report.problems);
    const said = (await readErrors(db, row.id)).join("\n").slice(0, MAX_DETAIL);
    const detail =
      said || report.diagnostics.trim() || `The engine ended with exit code ${report.exitCode ?? "unknown"}.`;
    return { status: "failed", error: problem("operation-failed", detail, { exitCode: report.exitCode ?? null }) };
  }

  return {
    execute,
    async giveUp(id, error) {
      await end(id, { status: "failed", error });
    },
    interrupt(id) {
      const job = running.get(id);
      if (job !== undefined) jobs.cancel(job);
    },
    stop: () => stopping.abort(),
  };
}

function fullName(row: OperationRow): { team: string; project: string; name: string } {
  return { team: row.team, project: "meridian", name: row.stack };
}

function pendingCreates(suspects: readonly Suspect[]): OperationEnd {
  const names = suspects.map(({ urn, why }) => (why === undefined ? urn : `${urn} (${why})`)).join(", ");
  const detail =
    `Creates were in flight when an engine died, and the service cannot tell whether these exist: ${names}. ` +
    "Look for each in the cloud and settle it as docs/runbooks/pending-creates.md says; then ask for the operation again.";
  return { status: "failed", suspects, error: problem("pending-creates", detail) };
}
