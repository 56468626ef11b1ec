import type { Database } from "../db/database.ts";

/** A restore of the database from a backup: what was chained between the two moments is not in it any more. */
export interface Restore {
  /** The id of its quarantine. */
  readonly id: string;
  readonly backupMadeAt: Date;
  readonly restoredAt: Date;
}

export async function readRestores(db: Database): Promise<readonly Restore[]> {
  return db.selectFrom("quarantines").select(["id", "backupMadeAt", "restoredAt"]).orderBy("restoredAt").execute();
}

/** The restore that took away what a head of this moment was about. */
export function restoreOf(restores: readonly Restore[], at: Date): Restore | undefined {
  return restores.find(({ backupMadeAt, restoredAt }) => backupMadeAt <= at && at <= restoredAt);
}
