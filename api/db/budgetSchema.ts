import type { Generated } from "kysely";

// Budgets and their books, what stacks cost, and what was really spent. Amounts are micro-USD.

export interface BudgetTable {
  id: string;
  team: string;
  /** Null for the budget of the whole team. */
  stackSet: string | null;
  /** A month. */
  amount: number;
  free: Generated<number>;
  reserved: Generated<number>;
  committed: Generated<number>;
  generation: Generated<number>;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
  removedAt: Date | null;
}

/** Append-only: a trigger refuses update and delete, of this and of the entries. */
export interface BudgetTransactionTable {
  id: Generated<number>;
  budgetId: string;
  kind: string;
  /** Stays when the stack has gone. */
  stackId: string | null;
  /** Its full name. */
  stack: string | null;
  updateId: string | null;
  at: Date;
}

/** The entries of a transaction sum to zero: a constraint at the end of the database's transaction. */
export interface BudgetEntryTable {
  transactionId: number;
  account: string;
  amount: number;
}

export interface BudgetShareTable {
  budgetId: string;
  stackId: string;
  stack: string;
  reserved: Generated<number>;
  committed: Generated<number>;
}

export interface BudgetHoldTable {
  stackId: string;
  team: string;
  updateId: string;
  /** `preview` until an update begins, which then has it until it ends. */
  kind: string;
  /** Micro-USD a month by URN: up to there a step of the stack needs no further reservation. */
  covered: unknown;
  unpriced: Generated<unknown>;
  regionAssumed: Generated<unknown>;
  /** Null while an update has it. */
  expiresAt: Date | null;
}

export interface StackCostTable {
  stackId: string;
  at: Date;
  sequence: Generated<number>;
  team: string;
  stackSet: string | null;
  stack: string;
  monthly: number;
  unpriced: Generated<unknown>;
  regionAssumed: Generated<unknown>;
}

export interface SpendExportTable {
  id: string;
  /** SHA-256 of what came, unpacked, in hexadecimal. */
  digest: string;
  /** `2026-11`. */
  period: string;
  /** The account whose costs they are; empty where the export names none. */
  account: string;
  format: string;
  rows: number;
  importedBy: string;
  importedAt: Date;
  /** When a later export of the period took its place. */
  replacedAt: Date | null;
}

export interface SpendLineTable {
  exportId: string;
  month: string;
  stackId: string | null;
  team: string | null;
  stackSet: string | null;
  stack: string | null;
  attributedBy: string;
  service: string;
  region: string;
  resource: string;
  billed: number;
  effective: number;
  rows: number;
}
