import type { Tx } from "../db/database.ts";
import { noChanges, type OperationEnd } from "./operation.ts";
import { denialOf, problem } from "./operationEnds.ts";
import { appendOperationEvents } from "./operationEvents.ts";
import { setChanges } from "./operationStore.ts";

/** What the destroy of a whole stack would take. */
export interface Teardown {
  readonly deletes: number;
  /** URNs of what its program protects. */
  readonly protectedUrns: readonly string[];
  readonly verdicts: readonly object[];
}

/** How many protected resources a message names. */
const NAMED = 10;

/** The end of a destroy that must not begin; undefined when it may. */
export function refusedTeardown({ protectedUrns, verdicts }: Teardown): OperationEnd | undefined {
  const denied = denialOf(verdicts);
  if (denied !== undefined || protectedUrns.length === 0) return denied;
  const more = protectedUrns.length > NAMED ? ` and ${protectedUrns.length - NAMED} more` : "";
  const detail =
    `The program protects ${protectedUrns.slice(0, NAMED).join(", ")}${more}. Nothing was deleted. ` +
    "Take `protect` off in an update of its own, and ask for the teardown again.";
  return { status: "failed", error: problem("operation-failed", detail) };
}

/** What is planned, and what the rules said of it, in the operation and its log. */
export async function writeTeardown(tx: Tx, operation: string, { deletes, verdicts }: Teardown): Promise<void> {
  await setChanges(tx, operation, { ...noChanges, delete: deletes });
  const events = verdicts.map((verdict) => ({ type: "verdict" as const, data: { operation, ...verdict } }));
  await appendOperationEvents(tx, operation, events);
}
