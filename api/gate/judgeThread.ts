import { parentPort, workerData } from "node:worker_threads";
import { createJudge, type PolicySettings, pack } from "../../policies/index.ts";
import type { JudgedResource, StepContext, Verdict } from "./gate.ts";
import type { FromThread, ToThread } from "./judgeWorker.ts";
import { createKnownView, type KnownView } from "./knownView.ts";
import { noJudgement } from "./noJudgement.ts";

const { judgeDeletion, judgeResource } = createJudge(pack, (workerData as PolicySettings | null) ?? undefined);

/** What was read of each log so far. Which ones to keep is decided by the one who sends them. */
const views = new Map<string, KnownView>();

/** The thread of the gate: knows the pack and nothing else. */
parentPort?.on("message", ({ id, context, steps, log, changes, forget }: ToThread) => {
  for (const other of forget) views.delete(other);
  const view = (log === undefined ? undefined : views.get(log)) ?? createKnownView();
  if (log !== undefined) views.set(log, view);
  for (const change of changes) view.apply(change);
  // Steps are seen by those after them, and no longer than that: one that is refused never was.
  const verdicts = view.tentatively(() => steps.map((step) => judgeOrRefuse(step, context, view)));
  parentPort?.postMessage({ id, verdicts } satisfies FromThread);
});

/** What cannot be judged is refused for itself alone: other steps, and other stacks, are judged all the same. */
function judgeOrRefuse(step: JudgedResource, context: StepContext, view: KnownView): readonly Verdict[] {
  try {
    return judgeStep(step, context, view);
  } catch {
    return [noJudgement(step, context, pack)]; // the error's own words may quote a value of the resource
  }
}

function judgeStep(step: JudgedResource, context: StepContext, view: KnownView): readonly Verdict[] {
  const { urn, type } = step;
  if (step.step === "delete") {
    view.apply({ urn, type });
    return judgeDeletion(step, { ...context, siblings: view.ofType });
  }
  const verdicts = judgeResource(step, { ...context, siblings: view.ofType });
  view.apply({ urn, type, resource: step });
  return verdicts;
}
