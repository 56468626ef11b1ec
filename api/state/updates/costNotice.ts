import type { Caller } from "../../base/caller.ts";
import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../db/database.ts";
import { describeEstimate } from "../judgement/previewEstimate.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import { findEstimate } from "./estimateStore.ts";

/** What a client that is about to change a stack is told of the cost: what its own preview said a moment ago. */
export type CostNotice = (stack: StackRecord, caller: Pick<Caller, "id">) => Promise<string | undefined>;

/** `up` previews and goes on; a person may think it over for as long as this. */
const MOMENT_MS = 60 * 60 * 1_000;

/**
 * The protocol has no word for a cost at the end of a preview: the one that clients print is when the update is asked for that
 * follows it. Nothing is said where nothing changes.
 */
export function createCostNotice({ db, clock }: { readonly db: Database; readonly clock: Clock }): CostNotice {
  return async (stack, { id }) => {
    const since = new Date(clock.now().getTime() - MOMENT_MS);
    const estimate = await findEstimate(db, stack, { actor: id, since });
    if (estimate === undefined || estimate.after === estimate.before) return undefined;
    return `Cost by your last preview: ${describeEstimate(estimate)}.`;
  };
}
