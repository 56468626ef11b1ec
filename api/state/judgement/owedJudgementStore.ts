import type { Database, Tx } from "../../db/database.ts";

/** That the state which an update has come to is to be judged. */
export interface OwedJudgement {
  readonly updateId: string;
  readonly stackId: string;
  readonly version: number;
}

const columns = ["updateId", "stackId", "version"] as const;

export async function insertOwed(tx: Tx, owed: OwedJudgement & { readonly takenUntil: Date }): Promise<void> {
  await tx.insertInto("owedJudgements").values(owed).execute();
}

/** Whoever removes it puts the judgement down in the same transaction. @returns false where somebody has done so already */
export async function removeOwed(tx: Tx, updateId: string): Promise<boolean> {
  const removed = await tx.deleteFrom("owedJudgements").where("updateId", "=", updateId).executeTakeFirst();
  return removed.numDeletedRows > 0n;
}

export async function owedOf(db: Database, of: Partial<OwedJudgement>): Promise<readonly OwedJudgement[]> {
  let query = db.selectFrom("owedJudgements").select(columns).orderBy("version");
  if (of.updateId !== undefined) query = query.where("updateId", "=", of.updateId);
  if (of.stackId !== undefined) query = query.where("stackId", "=", of.stackId);
  return query.execute();
}

/** Those that nobody is at any more, each for one process at a time. */
export async function takeAbandoned(
  db: Database,
  { now, until, limit }: { readonly now: Date; readonly until: Date; readonly limit: number },
): Promise<readonly OwedJudgement[]> {
  const taken = await db
    .updateTable("owedJudgements")
    .set({ takenUntil: until })
    .where("updateId", "in", (eb) =>
      eb
        .selectFrom("owedJudgements")
        .select("updateId")
        .where("takenUntil", "<=", now)
        .orderBy("takenUntil")
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(columns)
    .execute();
  return taken.toSorted((one, other) => one.version - other.version);
}
