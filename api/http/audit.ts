import type { Caller } from "../base/caller.ts";
import type { Database } from "../db/database.ts";

export interface AuditEntry {
  readonly caller: Pick<Caller, "id" | "name">;
  /** `<noun>.<verb>`, as `stack-set.create`. */
  readonly action: string;
  /** The path of the thing, as `/v1/stack-sets/launch`. */
  readonly subject: string;
  /** The team that owns the thing; undefined for what belongs to none. */
  readonly team: string | undefined;
  /** `failed`: it was begun, and the service could not do it. */
  readonly outcome: "done" | "refused" | "failed";
  /** Absent for what no request of the REST API did. */
  readonly requestId?: string | undefined;
  /** What a reader needs to know besides; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Where routes write what was changed and what was refused; the noun auditLog implements it. */
export interface AuditSink {
  /** With the handle that the change itself uses: neither is there without the other. */
  record(db: Database, entry: AuditEntry): Promise<void>;
}
