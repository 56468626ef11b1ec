import { type Caller, may } from "../../base/caller.ts";
import { isProblem } from "../../base/problem.ts";
import type { OpenDatabase } from "../../db/database.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import { findStackById, lockStack } from "../stacks/stackStore.ts";
import type { TakeOver } from "../stacks/takeOver.ts";

/** The stack as it is after what a dead engine left in flight was settled, as far as that is possible. */
export type HealBeforeUpdate = (caller: Caller, stack: StackRecord) => Promise<StackRecord>;

interface Deps {
  readonly database: OpenDatabase;
  readonly takeOver: TakeOver;
  readonly heal: (stackId: string) => Promise<unknown>;
}

/**
 * Before somebody's engine is admitted: what an engine before it left in flight is settled. An operation of the service has seen to
 * that itself, and who may not change the stack is shown it as it is.
 */
export function createHealBeforeUpdate({ database, takeOver, heal }: Deps): HealBeforeUpdate {
  /** An update whose client let its lease run out is ended here, so that what it left in flight is known before it matters. */
  async function withoutDeadUpdate(caller: Caller, stack: StackRecord): Promise<StackRecord> {
    const ended = await unlessLocked(() =>
      database.db.transaction().execute(async (tx) => {
        const locked = await lockStack(tx, stack.id);
        return locked && takeOver(tx, locked, caller);
      }),
    );
    return ended ?? stack;
  }

  return async (caller, stack) => {
    if (caller.operation !== undefined || !may(caller, "change")) return stack;
    const present = stack.activeUpdate === undefined ? stack : await withoutDeadUpdate(caller, stack);
    if (present.activeUpdate !== undefined || present.suspects.length === 0) return present;
    await unlessLocked(() => heal(stack.id));
    return (await findStackById(database.db, stack.id)) ?? stack;
  };
}

/** While another update holds the stack there is nothing to do here: the start is refused, and says so. */
async function unlessLocked<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isProblem(error) && error.code === "stack-locked") return undefined;
    throw error;
  }
}
