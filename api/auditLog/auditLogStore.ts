import type { Selectable } from "kysely";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import type { AuditLogTable } from "../db/schema.ts";
import type { AuditEntry, AuditSink } from "../http/audit.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type AuditRecord, auditRecord } from "./auditLog.ts";

export interface AuditLog extends AuditSink {
  /** Newest first; of every team and of none when `team` is undefined. */
  list(db: Database, request: PageRequest & { readonly team: string | undefined }): Promise<Page<AuditRecord>>;
}

/** The record is written with the handle that the change itself uses, so that neither exists without the other. */
export const auditLogStore: AuditLog = { record: (db, entry) => insertEntries(db, [entry]), list };

/** Writes entries in one statement; they get their places in the chain later (`auditChainStore.ts`). */
export async function insertEntries(db: Database, entries: readonly AuditEntry[]): Promise<void> {
  await db.insertInto("auditLog").values(entries.map(toRow)).execute();
}

function toRow({ caller, team, requestId, details, action, subject, outcome }: AuditEntry) {
  return {
    action,
    subject,
    outcome,
    team: team ?? null,
    actor: caller.id,
    actorName: caller.name,
    requestId: requestId ?? null,
    details: JSON.stringify(details ?? {}),
  };
}

async function list(
  db: Database,
  request: PageRequest & { readonly team: string | undefined },
): Promise<Page<AuditRecord>> {
  const before = positionOf(request, z.int());
  let query = db
    .selectFrom("auditLog")
    .selectAll()
    .orderBy("id", "desc")
    .limit(request.pageSize + 1);
  if (request.team !== undefined) query = query.where("team", "=", request.team);
  if (before !== undefined) query = query.where("id", "<", before);
  return toPage(await query.execute(), request, { key: (row) => row.id, item: toRecord });
}

function toRecord({ team, requestId, at, position, hash, ...row }: Selectable<AuditLogTable>): AuditRecord {
  return auditRecord.parse({
    ...row,
    at: at.toISOString(),
    ...(team === null ? {} : { team }),
    ...(requestId === null ? {} : { requestId }),
    ...(position === null || hash === null ? {} : { position, hash: hash.toString("hex") }),
  });
}
