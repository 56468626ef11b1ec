import { parentPort } from "node:worker_threads";
import { judgeDeletion, judgeResource, pack } from "../../policies/index.ts";
import type { JudgedResource, KnownResource, StepContext, Verdict } from "./gate.ts";
import type { FromThread, ToThread } from "./judgeWorker.ts";
import { noJudgement } from "./noJudgement.ts";

/** The thread of the gate: knows the pack and nothing else. */
parentPort?.on("message", ({ id, ...judgement }: ToThread) => {
  const { context, steps, known } = judgement;
  const inView = new Map(known.map((resource) => [resource.urn, resource]));
  const verdicts = steps.map((step) => judgeOrRefuse(step, context, inView));
  parentPort?.postMessage({ id, verdicts } satisfies FromThread);
});

type View = Map<string, KnownResource>;

/** What cannot be judged is refused for itself alone: other steps, and other stacks, are judged all the same. */
function judgeOrRefuse(step: JudgedResource, context: StepContext, inView: View): readonly Verdict[] {
  try {
    return judgeStep(step, context, inView);
  } catch {
    return [noJudgement(step, context, pack)]; // the error's own words may quote a value of the resource
  }
}

function judgeStep(step: JudgedResource, context: StepContext, inView: View): readonly Verdict[] {
  const siblings = (type: string) => [...inView.values()].filter((resource) => resource.type === type);
  if (step.step === "delete") {
    inView.delete(step.urn);
    return judgeDeletion(step, { ...context, siblings });
  }
  const verdicts = judgeResource(step, { ...context, siblings });
  inView.set(step.urn, step);
  return verdicts;
}
