import type { Clock } from "../base/clock.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Answer } from "./answer.ts";
import type { AuditEntry, AuditSink } from "./audit.ts";
import { claimKey, type IdempotentRequest, keepAnswer, sweepKeys } from "./idempotency.ts";
import type { Change } from "./route.ts";

const SWEEP_EVERY_MS = 3_600_000;

export interface ChangeDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditSink;
}

export interface ChangeRequest {
  readonly about: Pick<AuditEntry, "caller" | "action" | "requestId">;
  readonly idempotent: IdempotentRequest | undefined;
  readonly run: (tx: Tx) => Promise<Change>;
}

/** Makes the function that carries out changes: effect, audit record and kept answer in one transaction. */
export function createPerformChange({ db, clock, audit }: ChangeDeps) {
  let sweptAt = clock.now().getTime();

  async function transact(tx: Tx, { about, idempotent, run }: ChangeRequest): Promise<Outcome> {
    const now = clock.now();
    const before = idempotent === undefined ? undefined : await claimKey(tx, idempotent, now);
    if (before !== undefined) return { answer: before };
    const change = await run(tx);
    const { answer, subject, team, details, afterCommit } = change;
    await audit.record(tx, { ...about, subject, team, outcome: "done", ...(details === undefined ? {} : { details }) });
    if (idempotent !== undefined) await keepAnswer(tx, idempotent, { ...(change.repeated ?? answer), at: now });
    return afterCommit === undefined ? { answer } : { answer, afterCommit };
  }

  return async function performChange(request: ChangeRequest): Promise<Answer> {
    const outcome = await db.transaction().execute((tx) => transact(tx, request));
    outcome.afterCommit?.();
    const now = clock.now();
    if (now.getTime() - sweptAt > SWEEP_EVERY_MS) {
      sweptAt = now.getTime();
      await sweepKeys(db, now);
    }
    return outcome.answer;
  };
}

interface Outcome {
  readonly answer: Answer;
  readonly afterCommit?: () => void;
}
