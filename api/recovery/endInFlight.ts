import type { Clock } from "../base/clock.ts";
import { Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { changeQuarantine, type EndedWork, lockOpenQuarantine } from "./quarantineStore.ts";

export interface InFlightDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Ends an update whose lease is void, with what its journal says. */
  readonly freeStack: (stackId: string) => Promise<unknown>;
  readonly failOperation: (tx: Tx, id: string, error: ProblemDocument) => Promise<unknown>;
  readonly failRollout: (tx: Tx, id: string, error: ProblemDocument) => Promise<unknown>;
}

const unfinished = ["created", "running"];

/**
 * Ends what was under way when the backup was made. The restore has voided its leases, so nothing of it goes on; whether it
 * went on elsewhere after the backup is what the divergences say. May run twice.
 */
export async function endInFlight(deps: InFlightDeps): Promise<void> {
  const { db, clock } = deps;
  const updates = await db
    .selectFrom("updates")
    .innerJoin("stacks", "stacks.id", "updates.stackId")
    .select(["updates.id as update", "stackId", "activeUpdate", "team", "project", "name"])
    .where("status", "in", unfinished)
    .execute();
  for (const { update, activeUpdate, stackId } of updates) if (update === activeUpdate) await deps.freeStack(stackId);
  await db.transaction().execute(async (tx) => {
    const quarantine = await lockOpenQuarantine(tx);
    if (quarantine === undefined || quarantine.ended !== undefined) return;
    const now = clock.now();
    await tx
      .updateTable("updates")
      .set({ status: "failed", finishedAt: now })
      .where("status", "in", unfinished)
      .execute();
    const error = endedByRestore(quarantine.backupMadeAt);
    const operations = await openIds(tx, "operations");
    for (const id of operations) await deps.failOperation(tx, id, error);
    const rollouts = await openIds(tx, "rollouts");
    for (const id of rollouts) await deps.failRollout(tx, id, error);
    const ended: EndedWork = {
      updates: updates.map(({ update, team, project, name }) => ({ update, stack: `${team}/${project}/${name}` })),
      operations,
      rollouts,
    };
    await changeQuarantine(tx, quarantine.id, { ended });
  });
}

async function openIds(tx: Tx, table: "operations" | "rollouts"): Promise<readonly string[]> {
  const rows = await tx.selectFrom(table).select("id").where("finishedAt", "is", null).orderBy("id").execute();
  return rows.map(({ id }) => id);
}

function endedByRestore(backupMadeAt: Date): ProblemDocument {
  const detail =
    `The service was restored from a backup of ${backupMadeAt.toISOString()}, when this was under way. What it did after that ` +
    "is among the divergences of the quarantine. Ask for it again once they are settled.";
  return toProblemDocument(new Problem("ended-by-restore", detail));
}
