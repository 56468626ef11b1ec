import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Database, Tx } from "../../db/database.ts";
import { jsonText } from "../../db/jsonText.ts";
import type { UpdateTable } from "../../db/stateSchema.ts";
import type { Door, UpdateKind } from "../../gate/index.ts";
import type { ChangeCounts, RecordedRefusal, UpdateRecord, UpdateRequest, UpdateStatus } from "./updateRecord.ts";

export interface NewUpdate {
  readonly stackId: string;
  readonly kind: UpdateKind;
  readonly dryRun: boolean;
  readonly operation: string | undefined;
  readonly door: Door;
  readonly requestedBy: string;
  /** The id of the caller. */
  readonly actor: string;
  readonly request: UpdateRequest;
  /** The oldest version of the master key among the secrets of `request`. */
  readonly keyVersion?: number | undefined;
}

export async function insertUpdate(db: Database | Tx, { keyVersion, ...update }: NewUpdate): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto("updates")
    .values({
      ...update,
      id,
      operation: update.operation ?? null,
      request: jsonText(update.request),
      status: "created",
      version: null,
      journaled: null,
      leaseHash: null,
      leaseExpiresAt: null,
      changes: null,
      applied: null,
      startedAt: null,
      finishedAt: null,
      sentKeyVersion: keyVersion ?? null,
      requestKeyVersion: keyVersion ?? null,
    })
    .execute();
  return id;
}

export async function findUpdate(db: Database | Tx, id: string): Promise<UpdateRecord | undefined> {
  return record(await db.selectFrom("updates").selectAll().where("id", "=", id).executeTakeFirst());
}

export async function findUpdateByLease(db: Database | Tx, leaseHash: Buffer): Promise<UpdateRecord | undefined> {
  return record(await db.selectFrom("updates").selectAll().where("leaseHash", "=", leaseHash).executeTakeFirst());
}

/** `share` lets other writers under the lease go on; `update` is for who changes the update itself. */
export type LockMode = "share" | "update";

/** Takes the row's lock: who ends the update waits for writers under its lease, and writers see whether it has ended. */
export async function lockUpdate(tx: Tx, id: string, mode: LockMode = "update"): Promise<UpdateRecord | undefined> {
  const row = tx.selectFrom("updates").selectAll().where("id", "=", id);
  return record(await (mode === "share" ? row.forShare() : row.forUpdate()).executeTakeFirst());
}

export interface UpdateChange {
  readonly status?: UpdateStatus;
  readonly version?: number;
  readonly journaled?: boolean;
  readonly leaseHash?: Buffer;
  readonly leaseExpiresAt?: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly refusals?: readonly RecordedRefusal[];
  readonly changes?: ChangeCounts;
  readonly applied?: ChangeCounts;
}

export async function changeUpdate(db: Database | Tx, id: string, change: UpdateChange): Promise<void> {
  const { refusals, changes, applied, ...plain } = change;
  await db
    .updateTable("updates")
    .set({
      ...plain,
      ...(refusals && { refusals: jsonText(refusals) }),
      ...(changes && { changes: jsonText(changes) }),
      ...(applied && { applied: jsonText(applied) }),
    })
    .where("id", "=", id)
    .execute();
}

/** Prolongs the lease if it is still held. @returns false when it is not. */
export async function renewLease(db: Database | Tx, leaseHash: Buffer, now: Date, until: Date): Promise<boolean> {
  const renewed = await db
    .updateTable("updates")
    .set({ leaseExpiresAt: until })
    .where("leaseHash", "=", leaseHash)
    .where("status", "=", "running")
    .where("leaseExpiresAt", ">", now)
    .executeTakeFirst();
  return renewed.numUpdatedRows > 0n;
}

/** The updates of an operation that have not ended. */
export async function unfinishedUpdates(db: Database | Tx, operation: string): Promise<readonly UpdateRecord[]> {
  const query = db.selectFrom("updates").selectAll().where("operation", "=", operation);
  return records(await query.where("status", "in", ["created", "running"]).orderBy("createdAt").execute());
}

export async function updatesOf(db: Database | Tx, operation: string): Promise<readonly UpdateRecord[]> {
  const query = db.selectFrom("updates").selectAll().where("operation", "=", operation);
  return records(await query.orderBy("createdAt").execute());
}

export interface HistoryPage {
  readonly pageSize: number;
  readonly page: number;
  readonly version?: number | undefined;
  /** Only what an engine did, with a configuration; without imports, edits and renames of state. */
  readonly byEngine?: boolean | undefined;
}

/** The updates that made a version of the state, newest first. */
export async function history(db: Database, stackId: string, page: HistoryPage): Promise<readonly UpdateRecord[]> {
  const query = db
    .selectFrom("updates")
    .selectAll()
    .where("stackId", "=", stackId)
    .where("version", "is not", null)
    .where("dryRun", "=", false)
    .$if(page.version !== undefined, (narrowed) => narrowed.where("version", "=", page.version ?? 0))
    .$if(page.byEngine === true, (narrowed) => narrowed.where("kind", "!=", "import"))
    .orderBy("version", "desc")
    .limit(page.pageSize)
    .offset((page.page - 1) * page.pageSize);
  return records(await query.execute());
}

export async function latestPreviews(db: Database, stackId: string, limit: number): Promise<readonly UpdateRecord[]> {
  const query = db.selectFrom("updates").selectAll().where("stackId", "=", stackId).where("dryRun", "=", true);
  return records(await query.orderBy("createdAt", "desc").limit(limit).execute());
}

const records = (rows: readonly Selectable<UpdateTable>[]): UpdateRecord[] =>
  rows.map(record).filter((row) => row !== undefined);

/** The columns hold what this store wrote into them, within the checks of the table; hence the casts. */
function record(row: Selectable<UpdateTable> | undefined): UpdateRecord | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    stackId: row.stackId,
    kind: row.kind as UpdateKind,
    dryRun: row.dryRun,
    status: row.status as UpdateStatus,
    version: row.version ?? undefined,
    operation: row.operation ?? undefined,
    door: row.door as Door,
    requestedBy: row.requestedBy,
    actor: row.actor ?? undefined,
    journaled: row.journaled ?? undefined,
    leaseHash: row.leaseHash ?? undefined,
    leaseExpiresAt: row.leaseExpiresAt ?? undefined,
    request: row.request as UpdateRequest,
    refusals: row.refusals as RecordedRefusal[],
    changes: (row.changes ?? undefined) as ChangeCounts | undefined,
    applied: (row.applied ?? undefined) as ChangeCounts | undefined,
    createdAt: row.createdAt,
    startedAt: row.startedAt ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
  };
}
