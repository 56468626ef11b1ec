import { sql } from "kysely";
import type { Database } from "../db/database.ts";
import { type DecidedBy, decidedBy } from "./decidedBy.ts";
import { keptSteps } from "./decisionRow.ts";
import type { LedgerRow } from "./expandDecisions.ts";

/** A row with what only the service needs to know of it. */
export interface StoredRow extends LedgerRow {
  readonly stackId: string;
}

/** Which rows; members that are absent narrow nothing. */
export interface RowFilter {
  readonly team?: string | undefined;
  readonly operation?: string | undefined;
  readonly stackId?: string | undefined;
  /** `project/name`. */
  readonly stack?: string | undefined;
  readonly phase?: "up" | "preview";
  /** Only those in which some rule said something. */
  readonly objections?: boolean;
  /** Only rows of no operation. */
  readonly ofNone?: boolean;
  readonly after?: number | undefined;
  readonly before?: number | undefined;
}

export interface RowOrder {
  readonly direction: "asc" | "desc";
  readonly limit: number;
}

export async function readRows(
  db: Database,
  { after, before, objections, ofNone, ...equal }: RowFilter,
  { direction, limit }: RowOrder,
): Promise<readonly StoredRow[]> {
  let query = db
    .selectFrom("decisions")
    .select(["id", "position", "at", "team", "stackId", "stack", "operation", "updateId", "phase", "pack", "steps"])
    .orderBy("id", direction)
    .limit(limit);
  if (after !== undefined) query = query.where("id", ">", after);
  if (before !== undefined) query = query.where("id", "<", before);
  if (objections === true) query = query.where("objections", "=", true);
  if (ofNone === true) query = query.where("operation", "is", null);
  for (const name of ["team", "operation", "stackId", "stack", "phase"] as const) {
    const value = equal[name];
    if (value !== undefined) query = query.where(name, "=", value);
  }
  const rows = await query.execute();
  return Promise.all(
    rows.map(async ({ id, position, at, team, stackId, stack, operation, updateId, phase, pack, steps }) => ({
      row: id,
      ...(position !== null && { position }),
      ...{ at: at.toISOString(), team, stackId, stack },
      ...(operation !== null && { operation }),
      ...(updateId !== null && { update: updateId }),
      phase: phase as LedgerRow["phase"], // written by the ledger, which knows no other
      steps: keptSteps.parse(steps),
      by: await decidedByOf(db, pack),
    })),
  );
}

const MOST_KEPT = 50;
const kept = new Map<string, Promise<DecidedBy>>();

/** Kept by digest, which is of the content, so that it never changes. */
function decidedByOf(db: Database, digest: string): Promise<DecidedBy> {
  const known = kept.get(digest);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const read = db
    .selectFrom("decisionPacks")
    .select("content")
    .where("digest", "=", digest)
    .executeTakeFirstOrThrow()
    .then(({ content }) => decidedBy.parse(content));
  kept.set(digest, read);
  read.catch(() => kept.delete(digest));
  return read;
}

/** Whether no more judgements are to come of what a row belongs to: its operation, or the stack's update. */
export async function hasEnded(
  db: Database,
  { operation, stackId }: Pick<StoredRow, "operation" | "stackId">,
): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select case when ${operation ?? null}::text is not null
      then exists (select from operations where id = ${operation ?? null} and finished_at is null)
        or exists (select from owed_judgements o join updates u on u.id = o.update_id where u.operation = ${operation ?? null})
      else exists (select from stacks where id = ${stackId} and active_update is not null)
        or exists (select from owed_judgements where stack_id = ${stackId}) end as open`.execute(db);
  return rows[0]?.open !== true;
}
