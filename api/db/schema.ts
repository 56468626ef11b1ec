import type { Generated } from "kysely";
import type {
  BudgetEntryTable,
  BudgetHoldTable,
  BudgetShareTable,
  BudgetTable,
  BudgetTransactionTable,
  SpendExportTable,
  SpendLineTable,
  StackCostTable,
} from "./budgetSchema.ts";
import type {
  ArtefactArchiveTable,
  BlueprintArtefactTable,
  BlueprintPublicationTable,
  StackSetReferenceTable,
  StackSetTable,
  TakenOutputTable,
  TargetTable,
} from "./buildSchema.ts";
import type { DecisionPackTable, DecisionTable, FindingTable, OwedJudgementTable } from "./decisionSchema.ts";
import type { UpdateEstimateTable } from "./estimateSchema.ts";
import type { ExemptionTable, ExemptionUseTable } from "./exemptionSchema.ts";
import type { GameEventTable } from "./gameEventSchema.ts";
import type { OwnPackArchiveTable, OwnPackTable, PackAssignmentTable, RemovedPackTable } from "./ownPackSchema.ts";
import type {
  CheckpointTable,
  EngineEventTable,
  JournalEntryTable,
  OperationTokenTable,
  StackTable,
  UpdateTable,
  VerdictTable,
} from "./stateSchema.ts";

/**
 * The tables as TypeScript sees them: one interface a table, columns as in the migrations. JSON columns are `unknown`
 * here; the store that owns a table gives them their type when it reads them.
 */
export interface Schema {
  teams: TeamTable;
  apiKeys: ApiKeyTable;
  identities: IdentityTable;
  identityProviders: IdentityProviderTable;
  exchangedAssertions: ExchangedAssertionTable;
  targets: TargetTable;
  blueprintArtefacts: BlueprintArtefactTable;
  artefactArchives: ArtefactArchiveTable;
  blueprintPublications: BlueprintPublicationTable;
  stackSets: StackSetTable;
  rollouts: RolloutTable;
  operations: OperationTable;
  operationEvents: OperationEventTable;
  idempotencyKeys: IdempotencyKeyTable;
  auditLog: AuditLogTable;
  auditSinks: AuditSinkTable;
  stacks: StackTable;
  updates: UpdateTable;
  journalEntries: JournalEntryTable;
  checkpoints: CheckpointTable;
  engineEvents: EngineEventTable;
  verdicts: VerdictTable;
  operationTokens: OperationTokenTable;
  quarantines: QuarantineTable;
  divergences: DivergenceTable;
  masterKeys: MasterKeyTable;
  exemptions: ExemptionTable;
  exemptionUses: ExemptionUseTable;
  escrowCopies: EscrowCopyTable;
  stackSetReferences: StackSetReferenceTable;
  takenOutputs: TakenOutputTable;
  updateEstimates: UpdateEstimateTable;
  gameEvents: GameEventTable;
  budgets: BudgetTable;
  budgetTransactions: BudgetTransactionTable;
  budgetEntries: BudgetEntryTable;
  budgetShares: BudgetShareTable;
  budgetHolds: BudgetHoldTable;
  stackCosts: StackCostTable;
  spendExports: SpendExportTable;
  spendLines: SpendLineTable;
  ownPacks: OwnPackTable;
  ownPackArchives: OwnPackArchiveTable;
  removedPacks: RemovedPackTable;
  packAssignments: PackAssignmentTable;
  decisionPacks: DecisionPackTable;
  decisions: DecisionTable;
  findings: FindingTable;
  owedJudgements: OwedJudgementTable;
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
  /** Whose it is, in one spelling; what has a colon, or is in `identities`, is an identity of the person. */
  person: string;
  hash: Buffer;
  createdAt: Generated<Date>;
  createdBy: string;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  expiresAt: Date | null;
  /** To what the key was narrowed; null for a key that may all that its role may. */
  scope: unknown;
  /** By which trust a pipeline got it; null for a key that an admin made. */
  identityProvider: string | null;
}

/** Of whom an admin has said whose they are. */
export interface IdentityTable {
  identity: string;
  person: string;
  createdBy: string;
  createdAt: Date;
}

export interface IdentityProviderTable {
  name: string;
  issuer: string;
  audience: string;
  jwksUri: string | null;
  team: string;
  rules: unknown;
  maxTtlSeconds: number;
  createdAt: Generated<Date>;
  createdBy: string;
}

/** What issuers signed and pipelines exchanged, until it expires. */
export interface ExchangedAssertionTable {
  hash: Buffer;
  firstAt: Date;
  times: number;
  expiresAt: Date;
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
  /** Who asked, in one spelling. */
  person: string;
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
  /** Who asked, in one spelling. */
  person: string;
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
  /** Its place in the chain and the hash of everything up to it; null until it is chained. */
  position: Generated<number | null>;
  hash: Generated<Buffer | null>;
}

export interface AuditSinkTable {
  name: string;
  /** The position of the last record that was handed over. */
  position: number;
}

export interface QuarantineTable {
  id: string;
  backupMadeAt: Date;
  restoredAt: Date;
  /** What was under way when the backup was made, once it has been ended. */
  ended: unknown;
  listedAt: Date | null;
  /** Stacks whose cloud could not be asked. */
  unasked: Generated<unknown>;
  releasedAt: Date | null;
  releasedBy: string | null;
  overridden: Generated<boolean>;
}

export interface DivergenceTable {
  id: string;
  quarantine: string;
  kind: string;
  /** Null for a stack that is not known and whose team cannot be told. */
  team: string | null;
  project: string;
  stack: string;
  stackId: string | null;
  target: string | null;
  urn: string;
  type: string;
  cloudId: string;
  account: string | null;
  region: string | null;
  /** By what the cloud is asked for the thing again. */
  handle: string | null;
  /** Of `changed`: the properties that differ. */
  changed: Generated<string[]>;
  status: Generated<string>;
  settledBy: string | null;
  settledAt: Date | null;
}

export interface MasterKeyTable {
  version: number;
  root: string;
  /** Null once the version is retired. */
  wrapped: Buffer | null;
  createdAt: Generated<Date>;
  createdBy: string;
  activeAt: Date;
  retiredAt: Date | null;
  retiredBy: string | null;
}

export interface EscrowCopyTable {
  stackId: string;
  /** Which escrow, and which key it is sealed for. */
  place: string;
  name: string;
  version: number;
  copiedAt: Generated<Date>;
}
