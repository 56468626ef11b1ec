import { type Selectable, sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import type { QuarantineTable } from "../db/schema.ts";

/** What was under way when the backup was made, and was ended. */
export interface EndedWork {
  readonly updates: readonly { readonly stack: string; readonly update: string }[];
  readonly operations: readonly string[];
  readonly rollouts: readonly string[];
}

export interface QuarantineRecord {
  readonly id: string;
  readonly backupMadeAt: Date;
  readonly restoredAt: Date;
  readonly ended: EndedWork | undefined;
  readonly listedAt: Date | undefined;
  /** Stacks whose cloud could not be asked, by their full names. */
  readonly unasked: readonly string[];
  readonly releasedAt: Date | undefined;
  readonly releasedBy: string | undefined;
  readonly overridden: boolean;
}

export async function findOpenQuarantine(db: Database | Tx): Promise<QuarantineRecord | undefined> {
  return record(await db.selectFrom("quarantines").selectAll().where("releasedAt", "is", null).executeTakeFirst());
}

/** Takes the row's lock: one process at a time lists, settles the end, or releases. */
export async function lockOpenQuarantine(tx: Tx): Promise<QuarantineRecord | undefined> {
  return record(
    await tx.selectFrom("quarantines").selectAll().where("releasedAt", "is", null).forUpdate().executeTakeFirst(),
  );
}

export async function findLatestQuarantine(db: Database | Tx): Promise<QuarantineRecord | undefined> {
  return record(
    await db.selectFrom("quarantines").selectAll().orderBy("restoredAt", "desc").limit(1).executeTakeFirst(),
  );
}

export async function changeQuarantine(
  tx: Tx,
  id: string,
  change: {
    readonly ended?: EndedWork;
    readonly listedAt?: Date;
    readonly unasked?: readonly string[];
    readonly release?: { readonly at: Date; readonly by: string; readonly overridden: boolean };
  },
): Promise<void> {
  const { ended, listedAt, unasked, release } = change;
  await tx
    .updateTable("quarantines")
    .set({
      ...(ended && { ended: JSON.stringify(ended) }),
      ...(listedAt && { listedAt }),
      ...(unasked && { unasked: JSON.stringify(unasked) }),
      ...(release && { releasedAt: release.at, releasedBy: release.by, overridden: release.overridden }),
    })
    .where("id", "=", id)
    .execute();
}

/** Tells every process; each then looks for itself. */
export async function tellOfRelease(tx: Tx, channel: string): Promise<void> {
  await sql`select pg_notify(${channel}, '')`.execute(tx);
}

/** The JSON columns hold what this store wrote into them, hence the casts. */
function record(row: Selectable<QuarantineTable> | undefined): QuarantineRecord | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    backupMadeAt: row.backupMadeAt,
    restoredAt: row.restoredAt,
    ended: (row.ended ?? undefined) as EndedWork | undefined,
    listedAt: row.listedAt ?? undefined,
    unasked: row.unasked as string[],
    releasedAt: row.releasedAt ?? undefined,
    releasedBy: row.releasedBy ?? undefined,
    overridden: row.overridden,
  };
}
