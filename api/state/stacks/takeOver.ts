import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import { aboutUpdate, type StateAudit, type StateAuditEntry, theService } from "../audit.ts";
import type { EndUpdate } from "../updates/updateEnding.ts";
import { hasEnded, type UpdateRecord } from "../updates/updateRecord.ts";
import { lockUpdate } from "../updates/updateStore.ts";
import { fullName, type StackRecord } from "./stackRecord.ts";
import { lockStack } from "./stackStore.ts";

/**
 * Makes sure that no update holds the stack, whose row is locked. One whose client has let its lease run out is ended
 * first, with what its journal says.
 *
 * @param by who needs the stack; the service itself without it
 * @throws Problem `stack-locked` while a lease is held
 */
export type TakeOver = (tx: Tx, stack: StackRecord, by?: StateAuditEntry["caller"]) => Promise<StackRecord>;

export function createTakeOver(end: EndUpdate, audit: StateAudit, clock: Clock): TakeOver {
  return async (tx, stack, by = theService) => {
    if (stack.activeUpdate === undefined) return stack;
    const update = await lockUpdate(tx, stack.activeUpdate);
    if (update === undefined || hasEnded(update)) return stack;
    if (update.leaseExpiresAt !== undefined && update.leaseExpiresAt > clock.now()) throw locked(stack, update);
    const about = aboutUpdate(update, stack);
    const details = { ...about.details, heldBy: update.requestedBy };
    await audit.record(tx, { ...about, caller: by, action: "lease.take-over", outcome: "done", details });
    await end(tx, { update, stack }, "failed");
    return (await lockStack(tx, stack.id)) ?? stack;
  };
}

function locked(stack: StackRecord, { kind, requestedBy, startedAt }: UpdateRecord): Problem {
  const since = startedAt?.toISOString() ?? "a moment ago";
  return new Problem(
    "stack-locked",
    `Another update of ${fullName(stack)} is under way: ${kind} by ${requestedBy} since ${since}. Wait for it, or end it with "pulumi cancel".`,
  );
}
