import { parentPort } from "node:worker_threads";
import { judgeDeletion, judgeResource } from "../../policies/index.ts";
import type { JudgeContext, JudgedResource, KnownResource, Verdict } from "./gate.ts";
import type { FromThread, ToThread } from "./judgeWorker.ts";

/** The thread of the gate: knows the pack and nothing else. An error in here ends it, which refuses what it was judging. */
parentPort?.on("message", ({ id, ...judgement }: ToThread) => {
  const { context, steps, known } = judgement;
  const inView = new Map(known.map((resource) => [resource.urn, resource]));
  const verdicts = steps.map((step) => judgeStep(step, context, inView));
  parentPort?.postMessage({ id, verdicts } satisfies FromThread);
});

function judgeStep(
  step: JudgedResource,
  context: Omit<JudgeContext, "siblings">,
  inView: Map<string, KnownResource>,
): readonly Verdict[] {
  const siblings = (type: string) => [...inView.values()].filter((resource) => resource.type === type);
  if (step.step === "delete") {
    inView.delete(step.urn);
    return judgeDeletion(step, { ...context, siblings });
  }
  const verdicts = judgeResource(step, { ...context, siblings });
  inView.set(step.urn, step);
  return verdicts;
}
