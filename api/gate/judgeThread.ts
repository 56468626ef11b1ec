import { parentPort, workerData } from "node:worker_threads";
import type { JudgedResource, KnownResource, Verdict } from "../../policies/index.ts";
import { createJudge, type PolicySettings, pack } from "../../policies/index.ts";
import type { FromThread, StepsToThread, ToThread } from "./judgeMessages.ts";
import { createKnownView, type KnownView } from "./knownView.ts";
import { noJudgement } from "./noJudgement.ts";
import type { StepContext } from "./stepContext.ts";

const { judgeDeletion, judgeResource, judgeWhole } = createJudge(
  pack,
  (workerData as PolicySettings | null) ?? undefined,
);

/** What was read of each log so far. Which ones to keep is decided by the one who sends them. */
const views = new Map<string, KnownView>();

/** The thread of the gate: knows the pack and nothing else. */
parentPort?.on("message", (asked: ToThread) => {
  const verdicts =
    "steps" in asked ? judgeSteps(asked) : [wholeOrRefuse(asked.resources, asked.context, asked.touched)];
  parentPort?.postMessage({ id: asked.id, verdicts } satisfies FromThread);
});

parentPort?.postMessage("ready" satisfies FromThread);

function judgeSteps({ context, steps, log, changes, forget }: StepsToThread): readonly (readonly Verdict[])[] {
  for (const other of forget) views.delete(other);
  const view = (log === undefined ? undefined : views.get(log)) ?? createKnownView();
  if (log !== undefined) views.set(log, view);
  for (const change of changes) view.apply(change);
  // Steps are seen by those after them, and no longer than that: one that is refused never was.
  return view.tentatively(() => steps.map((step) => judgeOrRefuse(step, context, view)));
}

function wholeOrRefuse(
  resources: readonly KnownResource[],
  context: StepContext,
  touched: readonly string[],
): readonly Verdict[] {
  try {
    return judgeWhole(resources, context, new Set(touched));
  } catch {
    return resources.slice(0, 1).map((resource) => noJudgement(resource, context, pack)); // its words may quote a value
  }
}

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
    return judgeDeletion(step, { ...context, siblings: view.stack });
  }
  const verdicts = judgeResource(step, { ...context, siblings: view.stack });
  view.apply({ urn, type, resource: step });
  return verdicts;
}
