import type { Caller } from "../base/caller.ts";
import type { Tx } from "../db/database.ts";
import { fullName, type StackName } from "./stacks/stackRecord.ts";
import type { UpdateRecord } from "./updates/updateRecord.ts";

/** Somebody did something with state, or was refused. */
export interface StateAuditEntry {
  readonly caller: Pick<Caller, "id" | "name">;
  /** `<noun>.<verb>`, as `state.export`. */
  readonly action: string;
  /** The path of the thing, as `/api/stacks/lobby/site/prod`. */
  readonly subject: string;
  readonly team: string | undefined;
  /** `failed`: it was begun, and the service could not do it. */
  readonly outcome: "done" | "refused" | "failed";
  /** What a reader needs to know besides; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Where the backend writes who read and who changed state; the noun auditLog implements it. */
export interface StateAudit {
  /** In the transaction that makes it so: neither is there without the other. */
  record(tx: Tx, entry: StateAuditEntry): Promise<void>;
  /** For what has no transaction of its own. Resolves when it is committed, together with what others note meanwhile. */
  note(entry: StateAuditEntry): Promise<void>;
}

/** What happens without anybody's asking for it at that moment, as the end of an update whose lease ran out. */
export const theService: StateAuditEntry["caller"] = { id: "meridian", name: "meridian" };

/** A stack as the audit log names it. */
export const subjectOf = (stack: StackName): string => `/api/stacks/${fullName(stack)}`;

/** What every record about an update says of it. */
export function aboutUpdate({ id, kind, dryRun, version, door, operation }: UpdateRecord, stack: StackName) {
  const details = {
    update: id,
    kind,
    dryRun,
    door,
    ...(version !== undefined && { version }),
    ...(operation && { operation }),
  };
  return { subject: subjectOf(stack), team: stack.team, details };
}
