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

/** Rows whose sizes are asked for at once. */
const LOOK = 50;
/** Bytes of rows that are held at once, as the database has compressed them; more than that only where a single row has more. */
const MOST_BYTES = 262_144;

/** One row after the other: an update of a stack of any size takes no more memory than its largest row. */
export async function* readRows(
  db: Database,
  filter: RowFilter,
  { direction, limit }: RowOrder,
): AsyncGenerator<StoredRow, void> {
  let last: number | undefined;
  for (let read = 0; read < limit; read += LOOK) {
    const beyond = last === undefined ? {} : direction === "asc" ? { after: last } : { before: last };
    const sizes = await narrowed(db, { ...filter, ...beyond })
      .select(["id", sql<number>`pg_column_size(steps)`.as("size")])
      .orderBy("id", direction)
      .limit(Math.min(LOOK, limit - read))
      .execute();
    for (const ids of inPortions(sizes)) yield* await readPortion(db, ids, direction);
    last = sizes.at(-1)?.id;
    if (sizes.length < LOOK) return;
  }
}

function narrowed(db: Database, { after, before, objections, ofNone, ...equal }: RowFilter) {
  let query = db.selectFrom("decisions");
  if (after !== undefined) query = query.where("id", ">", after);
  if (before !== undefined) query = query.where("id", "<", before);
  if (objections === true) query = query.where("objections", "=", true);
  if (ofNone === true) query = query.where("operation", "is", null);
  for (const name of ["team", "operation", "stackId", "stack", "phase"] as const) {
    const value = equal[name];
    if (value !== undefined) query = query.where(name, "=", value);
  }
  return query;
}

function inPortions(sizes: readonly { readonly id: number; readonly size: number }[]): readonly (readonly number[])[] {
  const portions: number[][] = [];
  let bytes = 0;
  for (const { id, size } of sizes) {
    const present = portions.at(-1);
    if (present === undefined || bytes + size > MOST_BYTES) portions.push([id]);
    else present.push(id);
    bytes = present === undefined || bytes + size > MOST_BYTES ? size : bytes + size;
  }
  return portions;
}

async function readPortion(
  db: Database,
  ids: readonly number[],
  direction: RowOrder["direction"],
): Promise<readonly StoredRow[]> {
  const rows = await db
    .selectFrom("decisions")
    .select(["id", "position", "at", "team", "stackId", "stack", "operation", "updateId", "phase", "pack", "steps"])
    .where("id", "in", [...ids])
    .orderBy("id", direction)
    .execute();
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

/** The number of the first such row. */
export async function firstRow(db: Database, filter: RowFilter): Promise<number | undefined> {
  return (await narrowed(db, filter).select("id").orderBy("id").limit(1).executeTakeFirst())?.id;
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
