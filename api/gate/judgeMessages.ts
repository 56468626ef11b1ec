import type { JudgedResource, KnownResource, Verdict } from "../../policies/index.ts";
import type { KnownChange } from "./knownLog.ts";
import type { StepContext } from "./stepContext.ts";

/** A question to the thread that judges; each is answered by a `FromThread` of its id. */
export type ToThread = StepsToThread | WholeToThread;

export interface StepsToThread {
  readonly id: number;
  readonly context: StepContext;
  readonly steps: readonly JudgedResource[];
  /** The log that `changes` go on with; without one they are all there is to know, for this judgement alone. */
  readonly log: string | undefined;
  readonly changes: readonly KnownChange[];
  /** Logs that will not be heard of again, unless from their beginning. */
  readonly forget: readonly string[];
}

interface WholeToThread {
  readonly id: number;
  readonly context: StepContext;
  readonly resources: readonly KnownResource[];
  readonly touched: readonly string[];
}

/** First that it is ready to judge, and then one answer for each question, in their order. */
export type FromThread = "ready" | Answer;

interface Answer {
  readonly id: number;
  readonly verdicts: readonly (readonly Verdict[])[];
}
