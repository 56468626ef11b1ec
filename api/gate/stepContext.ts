import type { JudgeContext } from "../../policies/index.ts";

/** What a judgement may depend on beside the step itself; plain data, for it crosses to another thread. */
export type StepContext = Omit<JudgeContext, "siblings"> & {
  /** The account of the stack's target. */
  readonly account?: string;
  /** Regions beside the stack's own in which its blueprint may make things. */
  readonly otherRegions?: readonly string[];
  /**
   * The operation, or else the update, that the steps are of; absent outside one. An exemption counts each as one use, and goes
   * on to hold for those that it was used by.
   */
  readonly work?: string;
};
