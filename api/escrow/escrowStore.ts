import { sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";

/** A stack whose copy is behind its state. */
export interface DueStack {
  readonly id: string;
  /** `team/project/stack` */
  readonly name: string;
  /** The newest version that has been copied; undefined when none has, to this place and under this key. */
  readonly copied: number | undefined;
  /** Copied before, and named otherwise since. */
  readonly renamed: boolean;
}

interface Due {
  readonly place: string;
  readonly limit: number;
}

const fullName = sql<string>`s.team || '/' || s.project || '/' || s.name`;
const ended = sql`u.stack_id = s.id and not u.dry_run and u.status in ('succeeded', 'failed', 'cancelled')`;
/** A version is being made while an update runs; the stack is due once it has ended. */
const behind = sql<boolean>`s.version > coalesce(c.version, 0)
  and exists (select from updates u where ${ended} and u.version > coalesce(c.version, 0))`;

export async function dueStacks(db: Database | Tx, { place, limit }: Due): Promise<readonly DueStack[]> {
  const { rows } = await sql<{ id: string; name: string; copied: number | null; renamed: boolean }>`
    select s.id, ${fullName} as name, c.version as copied, coalesce(c.name <> ${fullName}, false) as renamed
    from stacks s left join escrow_copies c on c.stack_id = s.id and c.place = ${place}
    where (${behind}) or c.name <> ${fullName}
    order by s.updated_at limit ${limit}`.execute(db);
  return rows.map(({ copied, ...row }) => ({ ...row, copied: copied ?? undefined }));
}

/** Stacks with a copy, which are gone. */
export async function removedStacks(db: Database | Tx, { place, limit }: Due): Promise<readonly string[]> {
  const query = db.selectFrom("escrowCopies").select("stackId").where("place", "=", place);
  const gone = query.where(({ not, exists, selectFrom }) =>
    not(exists(selectFrom("stacks").select("id").whereRef("stacks.id", "=", "escrowCopies.stackId"))),
  );
  return (await gone.limit(limit).execute()).map(({ stackId }) => stackId);
}

export interface Lag {
  /** Stacks whose newest ended version has not been copied. */
  readonly stacks: number;
  /** Since the oldest of them ended; 0 when none waits. */
  readonly seconds: number;
}

export async function readLag(db: Database, place: string): Promise<Lag> {
  const { rows } = await sql<Lag>`
    select count(*)::int as stacks, coalesce(extract(epoch from now() - min(waiting.since)), 0)::float8 as seconds
    from stacks s left join escrow_copies c on c.stack_id = s.id and c.place = ${place},
      lateral (select min(u.finished_at) as since from updates u where ${ended} and u.version > coalesce(c.version, 0)) as waiting
    where s.version > coalesce(c.version, 0) and waiting.since is not null`.execute(db);
  return rows[0] ?? { stacks: 0, seconds: 0 };
}

export interface CopiedVersion {
  readonly stackId: string;
  readonly place: string;
  readonly name: string;
  readonly version: number;
}

export async function recordCopy(db: Database | Tx, copy: CopiedVersion): Promise<void> {
  await db
    .insertInto("escrowCopies")
    .values(copy)
    .onConflict((conflict) => conflict.column("stackId").doUpdateSet({ ...copy, copiedAt: sql<Date>`now()` }))
    .execute();
}

export async function forgetCopy(db: Database | Tx, stackId: string): Promise<void> {
  await db.deleteFrom("escrowCopies").where("stackId", "=", stackId).execute();
}

/** One process copies at a time. @returns false when another one does */
export async function tryEscrowLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(74206, -2) as got`.execute(tx);
  return rows[0]?.got === true;
}
