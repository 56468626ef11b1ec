import type { Database, Tx } from "../../db/database.ts";
import { jsonText } from "../../db/jsonText.ts";
import type { PreviewEstimate } from "../judgement/previewEstimate.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import type { UpdateRecord } from "./updateRecord.ts";

/** Keeps what a preview said; said again, it is the same. */
export async function recordEstimate(
  tx: Tx,
  { id, actor }: UpdateRecord,
  { stack, estimate, at }: { readonly stack: StackRecord; readonly estimate: PreviewEstimate; readonly at: Date },
): Promise<void> {
  const row = { updateId: id, stackId: stack.id, stackVersion: stack.version, actor: actor ?? null, at };
  await tx
    .insertInto("updateEstimates")
    .values({ ...row, estimate: jsonText(estimate) })
    .onConflict((conflict) => conflict.column("updateId").doNothing())
    .execute();
}

/** What a caller's newest preview of a stack in its present state said, not before a moment. */
export async function findEstimate(
  db: Database,
  { id, version }: StackRecord,
  { actor, since }: { readonly actor: string; readonly since: Date },
): Promise<PreviewEstimate | undefined> {
  const row = await db
    .selectFrom("updateEstimates")
    .select("estimate")
    .where("stackId", "=", id)
    .where("stackVersion", "=", version)
    .where("actor", "=", actor)
    .where("at", ">=", since)
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.estimate as PreviewEstimate | undefined; // written by recordEstimate only
}
