import { type Selectable, sql } from "kysely";
import type { ProblemDocument } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { jsonText } from "../db/jsonText.ts";
import type { OperationTable } from "../db/schema.ts";
import { viewPreviewEstimate } from "../estimates/previewEstimate.ts";
import type { PreviewEstimate } from "../state/index.ts";
import {
  type ChangeCounts,
  isFinished,
  noChanges,
  type Operation,
  type OperationEnd,
  type OperationKind,
  type OperationStatus,
  predecessorsOf,
  type Suspect,
} from "./operation.ts";
import { appendOperationEvents } from "./operationEvents.ts";

export type OperationRow = Selectable<OperationTable>;

export interface NewOperation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly team: string;
  readonly stack: string;
  readonly stackSetId: string | undefined;
  readonly stackSet: string | undefined;
  readonly target: string;
  readonly cloud: string;
  readonly region: string;
  readonly rollout: string | undefined;
  readonly blueprint: string;
  readonly blueprintDigest: string;
  readonly inputs: unknown;
  readonly requestedBy: string;
  readonly person: string;
}

/** Writes a new operation; false when it was there already, as when the step that makes it runs a second time. */
export async function insertOperation(tx: Tx, operation: NewOperation): Promise<boolean> {
  const inserted = await tx
    .insertInto("operations")
    .values({
      ...operation,
      stackSetId: operation.stackSetId ?? null,
      stackSet: operation.stackSet ?? null,
      rollout: operation.rollout ?? null,
      inputs: JSON.stringify(operation.inputs),
      status: "queued",
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) return false;
  await appendOperationEvents(tx, operation.id, [statusEvent(operation, "queued", 0)]);
  return true;
}

export async function findOperation(db: Database | Tx, id: string): Promise<OperationRow | undefined> {
  return db.selectFrom("operations").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Moves an operation on if its present state allows it; the row as it then is, or undefined when it does not. */
export async function moveOperation(tx: Tx, id: string, to: OperationStatus): Promise<OperationRow | undefined> {
  const row = await tx
    .updateTable("operations")
    .set({
      status: to,
      startedAt: sql`coalesce(started_at, case when ${to} in ('previewing', 'running') then now() end)`,
    })
    .where("id", "=", id)
    .where("status", "in", predecessorsOf(to))
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) await appendOperationEvents(tx, id, [statusEvent(row, to, row.attempt)]);
  return row;
}

/** Counts one more try; the row as it then is, undefined when the operation has ended. */
export async function beginAttempt(db: Database, id: string): Promise<OperationRow | undefined> {
  return db
    .updateTable("operations")
    .set({ attempt: sql`attempt + 1` })
    .where("id", "=", id)
    .where("finishedAt", "is", null)
    .returningAll()
    .executeTakeFirst();
}

/** Gives an operation the values that its inputs referred to. */
export async function setInputs(tx: Tx, id: string, inputs: unknown): Promise<void> {
  await tx
    .updateTable("operations")
    .set({ inputs: jsonText(inputs) })
    .where("id", "=", id)
    .execute();
}

/** What the preview planned; a later preview of the same operation says it anew. */
export async function setChanges(tx: Tx, id: string, changes: ChangeCounts): Promise<void> {
  await tx
    .updateTable("operations")
    .set({ changes: JSON.stringify(changes) })
    .where("id", "=", id)
    .execute();
}

/** What the preview said of the stack's cost; a later preview of the same operation says it anew. */
export async function setEstimate(tx: Tx, id: string, estimate: PreviewEstimate): Promise<void> {
  await tx
    .updateTable("operations")
    .set({ estimate: jsonText(estimate) })
    .where("id", "=", id)
    .execute();
}

/** Adds what one update did: an operation that goes on after a crash has several. */
export async function addApplied(tx: Tx, id: string, applied: ChangeCounts): Promise<void> {
  const row = await tx.selectFrom("operations").select("applied").where("id", "=", id).forUpdate().executeTakeFirst();
  const before = { ...noChanges, ...(row?.applied as Partial<ChangeCounts> | null) }; // written here only
  const sum = Object.fromEntries(
    Object.entries(before).map(([name, count]) => [name, count + applied[name as keyof ChangeCounts]]), // its own keys
  );
  await tx
    .updateTable("operations")
    .set({ applied: JSON.stringify(sum) })
    .where("id", "=", id)
    .execute();
}

/** Ends an operation that is in one of the states `from`, once: a second end, as when the step runs twice, changes nothing. */
export async function endOperation(
  tx: Tx,
  id: string,
  end: OperationEnd,
  from: readonly OperationStatus[] = predecessorsOf(end.status),
): Promise<boolean> {
  const row = await tx
    .updateTable("operations")
    .set({
      status: end.status,
      finishedAt: sql`now()`,
      error: end.error === undefined ? null : jsonText(end.error),
      ...(end.suspects === undefined ? {} : { suspects: jsonText(end.suspects) }),
    })
    .where("id", "=", id)
    .where("status", "in", from)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  const error = end.error === undefined ? {} : { error: end.error };
  await appendOperationEvents(tx, id, [
    { type: "end", data: { operation: id, stack: row.stack, region: row.region, status: end.status, ...error } },
  ]);
  return true;
}

function statusEvent(row: { id: string; stack: string; region: string }, status: OperationStatus, attempt: number) {
  return {
    type: "status",
    data: { operation: row.id, stack: row.stack, region: row.region, status, attempt },
  } as const;
}

/** The verdicts on operations, by operation. */
export async function readVerdicts(db: Database | Tx, ids: readonly string[]): Promise<ReadonlyMap<string, unknown[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("verdicts")
    .select(["operation", "verdict"])
    .where("operation", "in", ids)
    .orderBy("id")
    .execute();
  const byOperation = new Map<string, unknown[]>();
  for (const { operation, verdict } of rows) {
    if (operation === null) continue;
    byOperation.set(operation, [...(byOperation.get(operation) ?? []), verdict]);
  }
  return byOperation;
}

export function viewOperation(row: OperationRow, verdicts: readonly unknown[]): Operation {
  return {
    id: row.id,
    kind: row.kind as OperationKind, // the table's check constraint holds it
    stack: row.stack,
    ...(row.stackSet === null ? {} : { stackSet: row.stackSet }),
    target: row.target,
    cloud: row.cloud,
    region: row.region,
    team: row.team,
    ...(row.rollout === null ? {} : { rollout: row.rollout }),
    blueprintDigest: row.blueprintDigest,
    status: row.status as OperationStatus, // written by moveOperation and endOperation only
    attempt: row.attempt,
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    ...(row.startedAt === null ? {} : { startedAt: row.startedAt.toISOString() }),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt.toISOString() }),
    changes: { ...noChanges, ...(row.changes as Partial<ChangeCounts> | null) }, // written by the listener only
    applied: { ...noChanges, ...(row.applied as Partial<ChangeCounts> | null) }, // likewise
    ...(row.estimate === null ? {} : { estimate: viewPreviewEstimate(row.estimate as PreviewEstimate) }), // written by setEstimate only
    verdicts,
    suspects: row.suspects as readonly Suspect[], // written by endOperation only
    ...(row.error === null ? {} : { error: row.error as ProblemDocument }), // likewise
  };
}

export function hasEnded(row: OperationRow): boolean {
  return isFinished(row.status as OperationStatus); // written by moveOperation and endOperation only
}

/** How many operations there are in each status that is not an end. */
export async function countOpenOperations(db: Database): Promise<Readonly<Record<string, number>>> {
  const rows = await db
    .selectFrom("operations")
    .select(["status", sql<number>`count(*)::int`.as("count")])
    .where("finishedAt", "is", null)
    .groupBy("status")
    .execute();
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
