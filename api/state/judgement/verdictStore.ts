import type { Tx } from "../../db/database.ts";
import { jsonText } from "../../db/jsonText.ts";
import type { Verdict } from "../../gate/index.ts";
import type { UpdateRecord } from "../updates/updateRecord.ts";

/** Writes down what was said, refusals and advice alike; without an update for a state import that changed nothing. */
export async function recordVerdicts(
  tx: Tx,
  { id, operation }: Partial<Pick<UpdateRecord, "id" | "operation">>,
  verdicts: readonly Verdict[],
): Promise<void> {
  if (verdicts.length === 0) return;
  const rows = verdicts.map((verdict) => ({
    updateId: id ?? null,
    operation: operation ?? null,
    verdict: jsonText(verdict),
  }));
  await tx.insertInto("verdicts").values(rows).execute();
}

/** Takes back what was said before any update of an operation: it is judged anew when its process died in between. */
export async function forgetEarlyVerdicts(tx: Tx, operation: string): Promise<void> {
  await tx.deleteFrom("verdicts").where("operation", "=", operation).where("updateId", "is", null).execute();
}
