import { distinct, type Judge } from "./judge.ts";
import type { JudgeContext, JudgedResource, Verdict } from "./judgedResource.ts";
import { createStackIndex } from "./stackView.ts";

/**
 * Judges all of a program: each step with those before it in view, as the gate judges them one by one, and then what only all of
 * them together can tell.
 */
export function judgeProgram(
  judge: Judge,
  steps: readonly JudgedResource[],
  context: JudgeContext,
): readonly Verdict[] {
  const siblings = createStackIndex();
  const verdicts = steps.flatMap((step) => {
    if (step.step === "delete") {
      siblings.remove(step);
      return judge.judgeDeletion(step, { ...context, siblings });
    }
    const said = judge.judgeResource(step, { ...context, siblings });
    siblings.put(step);
    return said;
  });
  const left = steps.filter(({ step }) => step !== "delete");
  return distinct([...verdicts, ...judge.judgeWhole(left, context)]);
}
