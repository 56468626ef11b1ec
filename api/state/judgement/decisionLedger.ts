import type { Tx } from "../../db/database.ts";
import type { Step, StepContext, Verdict } from "../../gate/index.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";

/** One step, or one resource of a state, with all that was said of it. What nothing was said of passed, or was not asked. */
export interface DecidedStep {
  readonly urn: string;
  readonly type: string;
  /** `whole`: the resources of a stack together, of the types that stand in `types`; `urn` and `type` are its root's. */
  readonly step: Step | "whole";
  readonly verdicts: readonly Verdict[];
  readonly types?: readonly string[];
  /** Of `whole`: rules on none of these types were not asked. Without it all were. */
  readonly touched?: readonly string[];
  /** It was forbidden, or stopped with another of its batch: it did not come true. */
  readonly refused?: true;
  /** It had come true when it was judged. */
  readonly late?: true;
  /** This door does not show what it brings: nobody was asked. */
  readonly notShown?: true;
}

/** What was judged at once. */
export interface JudgedBatch {
  readonly stack: Pick<StackRecord, "id" | "team" | "project" | "name">;
  /** Undefined for a judgement that belongs to no update. */
  readonly update: string | undefined;
  readonly operation: string | undefined;
  readonly phase: StepContext["phase"];
  readonly steps: readonly DecidedStep[];
}

/** Named subqueries that stand in another statement, so that both cost one round trip and are committed together. */
export interface StatementPart {
  /** Its parameters are numbered from `first`; it writes where `condition` holds. */
  readonly text: (first: number, condition: string) => string;
  readonly values: readonly unknown[];
}

/**
 * Where every judgement is put down for good. What it writes is written in the transaction that acknowledges the steps: when it
 * cannot be written, nothing is acknowledged.
 */
export interface DecisionLedger {
  /** For who writes in one statement of his own; undefined where nothing was judged. */
  partOf(batch: JudgedBatch): Promise<StatementPart | undefined>;
  record(tx: Tx, batch: JudgedBatch): Promise<void>;
  /** A stack's state is another now: what was found of resources that are gone is settled. */
  stateReached(tx: Tx, stackId: string, resources: readonly { readonly urn: string }[]): Promise<void>;
}

export const verdictsOf = (steps: readonly DecidedStep[]): readonly Verdict[] =>
  steps.flatMap(({ verdicts }) => verdicts);

/** What was said of the steps that were allowed. */
export const takenOf = (steps: readonly DecidedStep[]): readonly Verdict[] =>
  verdictsOf(steps.filter(({ refused }) => refused !== true));

/** The type of the root of every stack. */
export const stackType = "pulumi:pulumi:Stack";

/** The resource that stands for all of a stack; its URN is the engine's (resource/stack.go). */
export function rootOf({ project, name }: Pick<StackRecord, "project" | "name">): {
  readonly urn: string;
  readonly type: string;
} {
  return { urn: `urn:pulumi:${name}::${project}::${stackType}::${project}-${name}`, type: stackType };
}
