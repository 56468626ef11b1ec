import { distinct, type Judge } from "./judge.ts";
import type { JudgeContext, JudgedResource, KnownResource, Verdict } from "./judgedResource.ts";

/**
 * Judges all of a program: each step with those before it in view, as the gate judges them one by one, and then what only all of
 * them together can tell.
 */
export function judgeProgram(
  judge: Judge,
  steps: readonly JudgedResource[],
  context: JudgeContext,
): readonly Verdict[] {
  const known = new Map<string, Map<string, KnownResource>>();
  const siblings = (type: string): readonly KnownResource[] => [...(known.get(type)?.values() ?? [])];
  const verdicts = steps.flatMap((step) => {
    const ofType = known.get(step.type) ?? new Map<string, KnownResource>();
    known.set(step.type, ofType);
    if (step.step === "delete") {
      ofType.delete(step.urn);
      return judge.judgeDeletion(step, { ...context, siblings });
    }
    const said = judge.judgeResource(step, { ...context, siblings });
    ofType.set(step.urn, step);
    return said;
  });
  const left = steps.filter(({ step }) => step !== "delete");
  return distinct([...verdicts, ...judge.judgeWhole(left, context)]);
}
