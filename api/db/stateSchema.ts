import type { ColumnType, Generated } from "kysely";

// The tables of Pulumi's state: stacks, their updates under a lease, the journal, and what is rebuilt from it.

/** The version of the master key that `sealed` is under; the database reads it from the value itself. */
type SealedUnder = ColumnType<number, never, never>;

export interface StackTable {
  id: Generated<string>;
  team: string;
  project: string;
  name: string;
  stackSetId: string | null;
  target: string | null;
  region: string | null;
  doors: string[];
  tags: Generated<unknown>;
  config: unknown;
  version: Generated<number>;
  activeUpdate: string | null;
  outputs: Generated<unknown>;
  resourceCount: Generated<number>;
  suspects: Generated<unknown>;
  createdAt: Generated<Date>;
  updatedAt: Generated<Date>;
  /** The artefact that this stack alone was moved to; null where it goes with its stack set. */
  blueprintDigest: Generated<string | null>;
}

export interface UpdateTable {
  id: string;
  stackId: string;
  kind: string;
  dryRun: boolean;
  status: string;
  version: number | null;
  operation: string | null;
  door: string;
  requestedBy: string;
  /** The id of the caller who asked for it; null for those of before it was kept. */
  actor: string | null;
  journaled: boolean | null;
  leaseHash: Buffer | null;
  leaseExpiresAt: Date | null;
  request: unknown;
  /** What the gate refused of a client that sends whole checkpoints, so that a repeated request gets the same answer. */
  refusals: Generated<unknown>;
  changes: unknown;
  applied: unknown;
  createdAt: Generated<Date>;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** The oldest version of the master key among the secrets of the configuration, as the client sent them. */
  sentKeyVersion: Generated<number | null>;
  /** The same, as they are in `request` now. */
  requestKeyVersion: Generated<number | null>;
}

export interface JournalEntryTable {
  updateId: string;
  sequence: number;
  kind: number;
  operationId: number;
  /** Whether it carries a resource that later entries may name by the operation's number. */
  hasState: boolean;
  /** Whether it concerns a type that rules over several resources read. */
  watched: boolean;
  /** Keyed hash of the entry, by which a repetition is told from a contradiction. */
  digest: Buffer;
  refused: Generated<boolean>;
  sealed: Buffer;
  keyVersion: SealedUnder;
}

export interface CheckpointTable {
  stackId: string;
  version: number;
  sealed: Buffer;
  createdAt: Generated<Date>;
  keyVersion: SealedUnder;
}

export interface EngineEventTable {
  updateId: string;
  sequence: number;
  sealed: Buffer;
  keyVersion: SealedUnder;
}

export interface VerdictTable {
  id: Generated<number>;
  updateId: string | null;
  operation: string | null;
  verdict: unknown;
  at: Generated<Date>;
}

export interface OperationTokenTable {
  hash: Buffer;
  operation: string;
  stackId: string;
  /** Who asked for the operation. */
  person: string;
  expiresAt: Date;
}
