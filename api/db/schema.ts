import type { Generated } from "kysely";

/**
 * The tables as TypeScript sees them: one interface a table, columns as in the migrations. JSON columns are `unknown`
 * here; the store that owns a table gives them their type when it reads them.
 */
export interface Schema {
  teams: TeamTable;
  apiKeys: ApiKeyTable;
  targets: TargetTable;
  blueprintArtefacts: BlueprintArtefactTable;
  stackSets: StackSetTable;
  rollouts: RolloutTable;
  operations: OperationTable;
  operationEvents: OperationEventTable;
  idempotencyKeys: IdempotencyKeyTable;
  auditLog: AuditLogTable;
  stacks: StackTable;
  updates: UpdateTable;
  journalEntries: JournalEntryTable;
  checkpoints: CheckpointTable;
  engineEvents: EngineEventTable;
  verdicts: VerdictTable;
  operationTokens: OperationTokenTable;
}

export interface TeamTable {
  name: string;
  createdAt: Generated<Date>;
}

export interface ApiKeyTable {
  id: string;
  team: string | null;
  role: string;
  name: string;
  hash: Buffer;
  createdAt: Generated<Date>;
  createdBy: string;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface TargetTable {
  name: string;
  cloud: string;
  account: string;
  environment: string;
  regions: string[];
  doors: string[];
  credentials: unknown;
  generation: Generated<number>;
  createdAt: Generated<Date>;
  updatedAt: Generated<Date>;
}

export interface BlueprintArtefactTable {
  digest: string;
  name: string;
  version: string;
  manifest: unknown;
  publishedBy: string;
  publishedAt: Generated<Date>;
}

export interface StackSetTable {
  id: Generated<string>;
  team: string;
  name: string;
  blueprint: string;
  blueprintDigest: string;
  target: string;
  regions: string[];
  inputs: unknown;
  status: string;
  generation: Generated<number>;
  createdBy: string;
  createdAt: Generated<Date>;
  updatedAt: Generated<Date>;
  deletedAt: Date | null;
}

export interface RolloutTable {
  id: string;
  kind: string;
  team: string;
  stackSetId: string;
  stackSet: string;
  generation: number;
  status: string;
  plan: unknown;
  error: unknown;
  requestedBy: string;
  cancelRequestedAt: Date | null;
  lastEvent: Generated<number>;
  createdAt: Generated<Date>;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface OperationTable {
  id: string;
  kind: string;
  team: string;
  stack: string;
  stackSetId: string | null;
  stackSet: string | null;
  target: string;
  cloud: string;
  region: string;
  rollout: string | null;
  blueprint: string;
  blueprintDigest: string;
  inputs: unknown;
  status: string;
  attempt: Generated<number>;
  requestedBy: string;
  changes: unknown;
  applied: unknown;
  suspects: Generated<unknown>;
  error: unknown;
  planDigest: string | null;
  estimate: unknown;
  approvedBy: string | null;
  cancelRequestedAt: Date | null;
  lastEvent: Generated<number>;
  createdAt: Generated<Date>;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface OperationEventTable {
  /** The id of the operation or of the rollout. */
  subject: string;
  sequence: number;
  type: string;
  data: unknown;
  at: Generated<Date>;
}

export interface IdempotencyKeyTable {
  owner: string;
  key: string;
  requestHash: Buffer;
  /** Null while the first request is in flight. */
  status: number | null;
  headers: unknown;
  body: unknown;
  createdAt: Generated<Date>;
}

export interface AuditLogTable {
  id: Generated<number>;
  at: Generated<Date>;
  team: string | null;
  actor: string;
  actorName: string;
  action: string;
  subject: string;
  outcome: string;
  requestId: string | null;
  details: Generated<unknown>;
}

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
}

export interface CheckpointTable {
  stackId: string;
  version: number;
  sealed: Buffer;
  createdAt: Generated<Date>;
}

export interface EngineEventTable {
  updateId: string;
  sequence: number;
  sealed: Buffer;
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
  expiresAt: Date;
}
