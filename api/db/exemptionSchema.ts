import type { Generated } from "kysely";

// The tables of exemptions: who asked for which, who granted it, and what has used it.

export interface ExemptionTable {
  id: string;
  team: string;
  policy: string;
  stackSet: string | null;
  /** Both or neither. */
  project: string | null;
  stack: string | null;
  region: string | null;
  urn: string | null;
  ceiling: number | null;
  reason: string;
  decision: string;
  requestedBy: string;
  /** The person. */
  requester: string;
  /** The id of the key. */
  requesterKey: string;
  createdAt: Date;
  decidedBy: string | null;
  decider: string | null;
  decidedAt: Date | null;
  withdrawnBy: string | null;
  withdrawer: string | null;
  withdrawnAt: Date | null;
  /** Null where it is to hold from its approval on, until that. */
  startsAt: Date | null;
  endsAt: Date;
  maxUses: number | null;
  uses: Generated<number>;
  lastUsedAt: Generated<Date | null>;
  /** The days before its end at which a warning was given. */
  warned: Generated<number[]>;
}

export interface ExemptionUseTable {
  exemption: string;
  /** The operation, or else the update, that took a step by it. */
  work: string;
  /** The path of the stack. */
  subject: string;
  at: Date;
}
