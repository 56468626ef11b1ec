import type { Gate, StepContext, Verdict } from "../../gate/index.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import { type DecidedStep, rootOf } from "./decisionLedger.ts";
import type { TeardownFactsOf } from "./teardownJudge.ts";

export interface Losing {
  readonly stack: StackRecord;
  readonly context: StepContext;
  /** Of a `part` nothing is asked that is true only of a stack that is gone: that no other region is healthy, that others take outputs of it. */
  readonly extent: "part" | "all";
  /** Added to what the rules say, where nobody asked for a teardown by that name. */
  readonly remark?: string;
}

/** What rules say of a stack that is about to lose all that it has, or a part: as of the deletion of its root. */
export type AskTeardown = (losing: Losing) => Promise<DecidedStep>;

/** The same context, with what rules on teardowns ask. */
async function inTeardown(teardownFacts: TeardownFactsOf, { stack, context, extent }: Losing): Promise<StepContext> {
  const facts = await teardownFacts(stack);
  const { now, gameEvents } = facts;
  return { ...context, teardown: extent === "all" ? facts : { now, gameEvents, dependents: [] } };
}

export function createAskTeardown(gate: Gate, teardownFacts: TeardownFactsOf): AskTeardown {
  return async (losing) => {
    const { stack, remark } = losing;
    const empty = { inputs: {}, outputs: {}, protect: false };
    const root = { ...rootOf(stack), name: `${stack.project}-${stack.name}`, ...empty };
    const step = { ...root, step: "delete", secrets: [], old: empty } as const;
    const verdicts = (await gate.judgeSteps(await inTeardown(teardownFacts, losing), [step], [])).flat();
    const remarked = (verdict: Verdict): Verdict =>
      remark === undefined ? verdict : { ...verdict, message: `${verdict.message} (${remark})` };
    return { ...rootOf(stack), step: "delete", verdicts: verdicts.map(remarked) };
  };
}

/** Who runs a program that has been emptied did not ask for a teardown. */
export const leavesNothing = "this update would leave nothing of the stack, which is its teardown";
