export const OPERATIONS = ["check", "diff", "create", "read", "update", "delete", "invoke"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** One call that the sandbox served. A call that was throttled and tried again has an entry for each attempt. */
export interface LedgerEntry {
  /** Rises by one; the order in which calls ended. */
  readonly seq: number;
  /** RFC 3339, UTC: when the call ended. */
  readonly at: string;
  /** Through the provider protocol, or at the control port (drift). */
  readonly via: "provider" | "control";
  readonly operation: Operation;
  /** A create or update of a preview: nothing was made. */
  readonly preview: boolean;
  readonly account: string;
  readonly region: string;
  /** The type token, or the token of the function. */
  readonly type: string;
  readonly urn: string;
  readonly stack: string;
  readonly id: string;
  /** `lost`: it was done, but the answer never arrived. */
  readonly outcome: "ok" | "error" | "lost";
  readonly code?: string;
  readonly durationMs: number;
  readonly modelled: boolean;
}

export interface LedgerFilter {
  readonly after?: number;
  readonly stack?: string;
  readonly type?: string;
  readonly operation?: Operation;
  /** At most this many, in the order of `seq`. */
  readonly limit: number;
}

/** `<project>/<stack>` of a URN (`urn:pulumi:<stack>::<project>::<types>::<name>`); empty when it is none. */
export function stackOf(urn: string): string {
  const [head, project] = urn.split("::");
  const stack = head?.split(":")[2];
  return stack === undefined || project === undefined ? "" : `${project}/${stack}`;
}
