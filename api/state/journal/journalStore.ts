import { CompiledQuery } from "kysely";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import type { StatementPart } from "../judgement/decisionLedger.ts";
import type { References } from "./journalReferences.ts";

/** One entry as it is stored. */
export interface JournalRow {
  readonly sequence: number;
  readonly kind: number;
  readonly operationId: number;
  readonly hasState: boolean;
  readonly watched: boolean;
  readonly refused: boolean;
  readonly digest: Buffer;
  readonly sealed: Buffer;
}

export interface JournalBatch extends References {
  readonly updateId: string;
  readonly leaseHash: Buffer;
  readonly now: Date;
  readonly rows: readonly JournalRow[];
  /** How many watched entries the journal must hold for the judgement of these rows to stand. */
  readonly comparedWith: number | undefined;
}

export interface JournalWriting {
  /** How many rows are new; the others are a repetition. */
  readonly written: number;
  /** How many of the entries were refused when they came the first time. */
  readonly refusedBefore: number;
  /** Nothing was written, because the journal holds other watched entries than the steps were compared with. */
  readonly outdated: boolean;
}

/**
 * One round trip: checks the lease, that nothing contradicts what is stored, and inserts. The row of the update is locked
 * for share, so that a cancellation either comes after these entries and sees them, or before and shuts them out.
 */
const statement = (beside: string): string => `
with held as (
  select id from updates
  where id = $1 and lease_hash = $2 and status = 'running' and lease_expires_at > $3 and journaled
  for share
), batch as (
  select * from unnest($4::bigint[], $5::smallint[], $6::bigint[], $7::boolean[], $8::boolean[], $9::boolean[], $10::bytea[], $11::bytea[])
    as b(sequence, kind, operation_id, has_state, watched, refused, digest, sealed)
), stored as (
  select j.sequence, j.digest <> b.digest as differs, j.refused
  from batch b join journal_entries j on j.update_id = $1 and j.sequence = b.sequence
), never_begun as (
  select o from unnest($12::bigint[], $13::bigint[]) as e(o, by) where not exists (
    select from journal_entries j
    where j.update_id = $1 and j.operation_id = o and j.kind = 0 and not j.refused and j.sequence < by)
), without_state as (
  select o from unnest($15::bigint[], $16::bigint[]) as n(o, by) where not exists (
    select from journal_entries j
    where j.update_id = $1 and j.operation_id = o and j.kind = 1 and j.has_state and not j.refused and j.sequence < by)
), watched_now as (
  select count(*)::int as entries from journal_entries
  where $14::int is not null and update_id = $1 and watched and not refused
), written as (
  insert into journal_entries (update_id, sequence, kind, operation_id, has_state, watched, refused, digest, sealed)
  select held.id, batch.* from held, batch
  where not exists (select from stored where differs)
    and not exists (select from never_begun) and not exists (select from without_state)
    and ($14::int is null or $14 = (select entries from watched_now))
  on conflict (update_id, sequence) do nothing
  returning 1
)${beside}
select (select count(*) from held)::int as held,
       (select count(*) from written)::int as written,
       (select count(*) from stored where refused)::int as refused_before,
       (select min(sequence) from stored where differs) as contradicted,
       coalesce($14 <> (select entries from watched_now), false) as outdated,
       (select min(o) from never_begun) as never_begun,
       (select min(o) from without_state) as without_state`;

interface Outcome {
  readonly held: number;
  readonly written: number;
  readonly refusedBefore: number;
  readonly outdated: boolean;
  readonly contradicted: number | null;
  readonly neverBegun: number | null;
  readonly withoutState: number | null;
}

/**
 * Stores a batch: on its own, already committed when it returns, or inside a transaction. `beside` is written where something of the
 * batch is new, in the same statement.
 *
 * @throws Problem `lease-lost`, `invalid-journal`; nothing is stored then.
 */
export async function writeJournal(
  database: OpenDatabase,
  batch: JournalBatch,
  { beside, tx }: { readonly beside: StatementPart | undefined; readonly tx?: Tx },
): Promise<JournalWriting> {
  const values = valuesOf(batch);
  const part = beside === undefined ? "" : `, ${beside.text(values.length + 1, "exists (select from written)")}`;
  const query = { text: statement(part), values: [...values, ...(beside?.values ?? [])] };
  const outcome = await refuseRepeatedSteps(() => run(database, query, tx));
  if (outcome.held === 0) throw leaseLost();
  if (outcome.contradicted !== null)
    throw invalid(`entry ${outcome.contradicted} was recorded before with other content`);
  if (outcome.neverBegun !== null)
    throw invalid(`operation ${outcome.neverBegun} ends, and it did not begin before or was refused`);
  if (outcome.withoutState !== null)
    throw invalid(`operation ${outcome.withoutState} is named, and made no resource before`);
  const { written, refusedBefore, outdated } = outcome;
  return { written, refusedBefore, outdated };
}

export function leaseLost(): Problem {
  const detail = "The lease on the stack is no longer held: it expired, or the update was cancelled or has ended.";
  return new Problem("lease-lost", detail);
}

interface Query {
  readonly text: string;
  readonly values: unknown[];
}

async function run(database: OpenDatabase, { text, values }: Query, tx: Tx | undefined): Promise<Outcome> {
  if (tx !== undefined) {
    const { rows } = await tx.executeQuery<Outcome>(CompiledQuery.raw(text, values));
    return first(rows);
  }
  const { rows } = await database.pool.query(text, values);
  const { never_begun, without_state, refused_before, ...rest } = first(rows);
  return { ...rest, neverBegun: never_begun, withoutState: without_state, refusedBefore: refused_before };
}

function valuesOf({ updateId, leaseHash, now, rows, ended, named, comparedWith }: JournalBatch): unknown[] {
  return [
    updateId,
    leaseHash,
    now,
    rows.map(({ sequence }) => sequence),
    rows.map(({ kind }) => kind),
    rows.map(({ operationId }) => operationId),
    rows.map(({ hasState }) => hasState),
    rows.map(({ watched }) => watched),
    rows.map(({ refused }) => refused),
    rows.map(({ digest }) => digest),
    rows.map(({ sealed }) => sealed),
    ended.map(({ operation }) => operation),
    ended.map(({ by }) => by),
    comparedWith,
    named.map(({ operation }) => operation),
    named.map(({ by }) => by),
  ];
}

/** The index `journal_entries_once` is what finds an operation that begins or ends twice (SQLSTATE 23505). */
async function refuseRepeatedSteps<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "23505") throw error;
    throw new Problem("invalid-journal", "The journal is refused: an operation begins or ends twice.", {
      cause: error,
    });
  }
}

function first<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error("the statement returns exactly one row");
  return row;
}

const invalid = (fault: string): Problem => new Problem("invalid-journal", `The journal is refused: ${fault}.`);
