import type { Generated } from "kysely";

// The ledger of decisions, what was found late, and what is still to be judged.

export interface DecisionPackTable {
  /** `sha256:` and the digest of the content as canonical JSON. */
  digest: string;
  content: unknown;
  at: Generated<Date>;
}

export interface DecisionTable {
  id: Generated<number>;
  at: Generated<Date>;
  team: string;
  stackId: string;
  /** `project/name`, as it was called. */
  stack: string;
  updateId: string | null;
  operation: string | null;
  phase: string;
  pack: string;
  /** Whether any rule said anything. */
  objections: boolean;
  /** `policy urn` of what was not known, so that it is found when it is settled. */
  unknowns: string[];
  steps: unknown;
  position: number | null;
  hash: Buffer | null;
}

export interface FindingTable {
  id: string;
  team: string;
  stackId: string;
  policy: string;
  level: string;
  severity: string;
  urn: string;
  resourceType: string;
  message: string;
  remediation: string;
  decision: number;
  operation: string | null;
  updateId: string | null;
  since: Generated<Date>;
  status: Generated<string>;
  resolvedAt: Date | null;
  resolution: string | null;
}

/** A state that an update has come to and nobody has judged yet. */
export interface OwedJudgementTable {
  updateId: string;
  stackId: string;
  version: number;
  /** Until then somebody is at it, or has died over it. */
  takenUntil: Date;
}
