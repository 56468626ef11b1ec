import { sql } from "kysely";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import type { AuditSink } from "../http/audit.ts";
import { EXEMPTIONS_CHANGED, type ExemptionRow } from "./exemptionStore.ts";

/** That something is about to be taken which exemptions let through. */
export interface Leaning {
  readonly exemptions: readonly string[];
  /** The operation, or else the update, that takes it; each is one use. */
  readonly work: string;
  /** The path of the stack, and its team. */
  readonly subject: string;
  readonly team: string;
  readonly caller: { readonly id: string; readonly name: string };
}

interface UseDeps {
  readonly clock: Clock;
  readonly audit: AuditSink;
  /** Told that what is remembered of exemptions is outdated. */
  readonly forget: () => void;
}

/** @throws Problem `exemption-ended`: what was judged by it is to be judged again */
export type UseExemptions = (tx: Tx, leaning: Leaning) => Promise<void>;

/**
 * Counts the use in the transaction that acknowledges the step, and asks the database once more whether each exemption is in
 * force: whatever a process remembers, a withdrawal or a last use that was committed before this is seen. Those who come at
 * once take turns at the row.
 */
export function createUseExemptions({ clock, audit, forget }: UseDeps): UseExemptions {
  async function use(tx: Tx, row: ExemptionRow, { work, subject, team, caller }: Leaning, now: Date): Promise<void> {
    const inserted = await tx
      .insertInto("exemptionUses")
      .values({ exemption: row.id, work, subject, at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning("work")
      .executeTakeFirst();
    if (inserted === undefined) return; // this work has used it before, and goes on
    if (row.maxUses !== null && row.uses >= row.maxUses)
      throw ended(row.id, `was used ${row.uses} times, as it may be`);
    await tx
      .updateTable("exemptions")
      .set({ uses: row.uses + 1, lastUsedAt: now })
      .where("id", "=", row.id)
      .execute();
    await sql`select pg_notify(${EXEMPTIONS_CHANGED}, ${row.id})`.execute(tx);
    const details = { stack: subject, work, uses: row.uses + 1, ...(row.maxUses !== null && { maxUses: row.maxUses }) };
    const about = { action: "exemption.use", subject: `/v1/exemptions/${row.id}`, team };
    await audit.record(tx, { ...about, caller, outcome: "done", details });
  }

  async function useAll(tx: Tx, leaning: Leaning): Promise<void> {
    const rows = await tx
      .selectFrom("exemptions")
      .selectAll()
      .where("id", "in", [...leaning.exemptions])
      .orderBy("id")
      .forUpdate()
      .execute();
    const now = clock.now();
    for (const id of leaning.exemptions) {
      const row = rows.find((each) => each.id === id);
      if (row === undefined || row.decision !== "approved") throw ended(id, "was withdrawn");
      if (row.endsAt <= now) throw ended(id, `has ended at ${row.endsAt.toISOString()}`);
      await use(tx, row, leaning, now);
    }
  }

  return async (tx, leaning) => {
    if (leaning.exemptions.length === 0) return;
    try {
      await useAll(tx, leaning);
    } catch (error) {
      forget();
      throw error;
    }
  };
}

const ended = (id: string, why: string): Problem =>
  new Problem("exemption-ended", `The exemption ${id} ${why}. Ask again, and it is judged without it.`);
