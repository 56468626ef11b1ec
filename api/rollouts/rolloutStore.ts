import { type Selectable, sql } from "kysely";
import type { ProblemDocument } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { RolloutTable } from "../db/schema.ts";
import { appendRolloutEvents } from "../operations/operationEvents.ts";
import {
  finalRolloutStatuses,
  isFinalRollout,
  type PlannedStep,
  type Rollout,
  type RolloutKind,
  type RolloutStatus,
  rolloutStatuses,
} from "./rollout.ts";

export type RolloutRow = Selectable<RolloutTable>;

export interface NewRollout {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly team: string;
  readonly stackSetId: string;
  readonly stackSet: string;
  readonly generation: number;
  readonly plan: readonly PlannedStep[];
  readonly requestedBy: string;
  readonly person: string;
}

export async function insertRollout(tx: Tx, rollout: NewRollout): Promise<void> {
  const values = { ...rollout, plan: JSON.stringify(rollout.plan), status: "queued" };
  await tx.insertInto("rollouts").values(values).execute();
  await appendRolloutEvents(tx, rollout.id, [{ type: "status", data: { rollout: rollout.id, status: "queued" } }]);
}

export async function findRollout(db: Database | Tx, id: string): Promise<RolloutRow | undefined> {
  return db.selectFrom("rollouts").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The rollouts of a stack set that have not ended, oldest first. The caller holds the stack set's row. */
export async function openRollouts(tx: Tx, stackSetId: string): Promise<readonly RolloutRow[]> {
  return tx
    .selectFrom("rollouts")
    .selectAll()
    .where("stackSetId", "=", stackSetId)
    .where("status", "not in", finalRolloutStatuses)
    .orderBy("id")
    .execute();
}

/** Moves a rollout to `running`; false when it has ended, and true again when it runs already. */
export async function beginRollout(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .updateTable("rollouts")
    .set({ status: "running", startedAt: sql`now()` })
    .where("id", "=", id)
    .where("status", "=", "queued")
    .where("cancelRequestedAt", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (row !== undefined) {
    await appendRolloutEvents(tx, id, [{ type: "status", data: { rollout: id, status: "running" } }]);
    return true;
  }
  const status = (await findRollout(tx, id))?.status;
  return status === "running" || status === "cancelling";
}

/** Asks a running rollout to end; no further region is begun. False when it does not run. */
export async function moveToCancelling(tx: Tx, id: string): Promise<boolean> {
  await tx
    .updateTable("rollouts")
    .set({ cancelRequestedAt: sql`coalesce(cancel_requested_at, now())` })
    .where("id", "=", id)
    .execute();
  const row = await tx
    .updateTable("rollouts")
    .set({ status: "cancelling" })
    .where("id", "=", id)
    .where("status", "in", ["running", "cancelling"])
    .returning("id")
    .executeTakeFirst();
  if (row === undefined) return false;
  await appendRolloutEvents(tx, id, [{ type: "status", data: { rollout: id, status: "cancelling" } }]);
  return true;
}

export interface RolloutEnd {
  readonly status: (typeof finalRolloutStatuses)[number];
  readonly error?: ProblemDocument;
}

const openStatuses = rolloutStatuses.filter((status) => !isFinalRollout(status));

/** Ends a rollout that is in one of the states `from`, once. */
export async function endRollout(
  tx: Tx,
  id: string,
  end: RolloutEnd,
  from: readonly RolloutStatus[] = openStatuses,
): Promise<boolean> {
  const row = await tx
    .updateTable("rollouts")
    .set({
      status: end.status,
      finishedAt: sql`now()`,
      error: end.error === undefined ? null : JSON.stringify(end.error),
    })
    .where("id", "=", id)
    .where("status", "in", from)
    .returning("stackSet")
    .executeTakeFirst();
  if (row === undefined) return false;
  const error = end.error === undefined ? {} : { error: end.error };
  const data = { rollout: id, stackSet: row.stackSet, status: end.status, ...error };
  await appendRolloutEvents(tx, id, [{ type: "end", data }]);
  return true;
}

export function planOf(row: RolloutRow): readonly PlannedStep[] {
  return row.plan as readonly PlannedStep[]; // written by insertRollout only
}

/** The rollout as its readers see it; `statuses` has the status of each operation that exists. */
export function viewRollout(row: RolloutRow, statuses: ReadonlyMap<string, string>): Rollout {
  const absent = row.finishedAt === null ? "pending" : "skipped";
  return {
    id: row.id,
    kind: row.kind as RolloutKind, // the table's check constraint holds it
    stackSet: row.stackSet,
    team: row.team,
    status: row.status as RolloutStatus, // written by this store only
    regions: planOf(row).map(({ region, operation }) => {
      const status = statuses.get(operation);
      return status === undefined ? { region, status: absent } : { region, operation, status };
    }),
    ...(row.error === null ? {} : { error: row.error as ProblemDocument }), // written by endRollout only
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    ...(row.startedAt === null ? {} : { startedAt: row.startedAt.toISOString() }),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt.toISOString() }),
  };
}
