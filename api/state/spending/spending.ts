import type { Problem } from "../../base/problem.ts";
import type { Database, Tx } from "../../db/database.ts";
import type { StackName, StackRecord } from "../stacks/stackRecord.ts";

/** What of a price is missing or guessed, once for each type and reason. */
export interface PriceNotes {
  /** What has no price and counts as nothing until it has one. */
  readonly unpriced: readonly PriceNote[];
  /** What is priced as in the dearest region. */
  readonly regionAssumed: readonly PriceNote[];
}

export interface PriceNote {
  readonly type: string;
  readonly count: number;
  readonly why: string;
}

/** What a stack costs a month by the price book, in micro-USD. */
export interface StackPrice extends PriceNotes {
  readonly monthly: number;
  /** Of the resources that cost something, by URN. */
  readonly byUrn: Readonly<Record<string, number>>;
}

/** Whose money a stack spends. */
export interface Payer extends StackName {
  readonly id: string;
  readonly stackSet: string | undefined;
}

/**
 * Told what is about to be spent and what is, inside the transaction that makes it so. What it refuses it gives back and has
 * not written; who asked records the refusal. A call that is repeated changes nothing more.
 */
export interface Spending {
  /** Whether money must be asked for before the stack grows. */
  governs(db: Database, payer: Payer): Promise<boolean>;
  /** A preview has completed: `price` is what its update would have the stack cost at most, before anything is deleted. */
  reserve(tx: Tx, payer: Payer, preview: PricedUpdate): Promise<Problem | undefined>;
  /** An update begins: `price` is of the state that it starts from. */
  begin(tx: Tx, payer: Payer, update: PricedUpdate): Promise<void>;
  /** Steps of an update are about to be taken, after which their resources cost so much a month each. */
  cover(tx: Tx, payer: Payer, steps: PricedSteps): Promise<Problem | undefined>;
  /** No update holds the stack any more. `price` is of its state as it stands; undefined where that has not changed. */
  commit(tx: Tx, payer: Payer, ended: Ended): Promise<void>;
  /** The stack is removed. */
  release(tx: Tx, payer: Payer): Promise<void>;
}

export interface PricedUpdate {
  readonly updateId: string;
  readonly price: StackPrice;
}

export interface PricedSteps {
  readonly updateId: string;
  /** Micro-USD a month by URN. */
  readonly byUrn: Readonly<Record<string, number>>;
}

export interface Ended {
  readonly updateId: string;
  readonly price: StackPrice | undefined;
}

/** The stack set by the service's own tag, which no client may set. */
export const payerOf = ({ id, team, project, name, tags }: StackRecord): Payer => ({
  id,
  team,
  project,
  name,
  stackSet: tags["meridian:stack-set"],
});
