import type { Tx } from "../db/database.ts";
import { noChanges, type OperationEnd } from "./operation.ts";
import { denialOf, problem } from "./operationEnds.ts";
import { appendOperationEvents } from "./operationEvents.ts";
import { setChanges } from "./operationStore.ts";

/** What the destroy of a whole stack would take. */
export interface Teardown {
  readonly dying: readonly { readonly urn: string; readonly type: string }[];
  /** URNs of what its program protects. */
  readonly protectedUrns: readonly string[];
  readonly verdicts: readonly object[];
}

/** How many protected resources a message names. */
const NAMED = 10;
/** How many of what would die an operation's error lists; `GET /v1/stacks/{stack}/teardown` has all. */
const LISTED = 200;

/** The end of a destroy that must not begin; undefined when it may. */
export function refusedTeardown({ dying, protectedUrns, verdicts }: Teardown): OperationEnd | undefined {
  const would = { dying: dying.slice(0, LISTED), dyingCount: dying.length };
  const denied = denialOf(verdicts);
  if (denied?.error !== undefined) {
    const detail = `${denied.error.detail} Nothing was deleted. To go on all the same, ask for an exemption of these policies (POST /v1/exemptions), which another person approves.`;
    return { ...denied, error: { ...denied.error, ...would, detail } };
  }
  if (protectedUrns.length === 0) return undefined;
  const more = protectedUrns.length > NAMED ? ` and ${protectedUrns.length - NAMED} more` : "";
  const detail =
    `The program protects ${protectedUrns.slice(0, NAMED).join(", ")}${more}. Nothing was deleted. ` +
    "Take `protect` off in an update of its own, and ask for the teardown again.";
  return { status: "failed", error: problem("protected", detail, would) };
}

/** What is planned, and what the rules said of it, in the operation and its log. */
export async function writeTeardown(tx: Tx, operation: string, { dying, verdicts }: Teardown): Promise<void> {
  await setChanges(tx, operation, { ...noChanges, delete: dying.length });
  const events = verdicts.map((verdict) => ({ type: "verdict" as const, data: { operation, ...verdict } }));
  await appendOperationEvents(tx, operation, events);
}
