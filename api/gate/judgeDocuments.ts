import { randomUUID } from "node:crypto";
import {
  createJudge,
  distinct,
  type JudgedDocument,
  type Judgement,
  judgementForms,
  type PolicySettings,
  pack,
  rulesAskedOf,
  summarize,
  type Verdict,
} from "../../policies/index.ts";
import type { Gate } from "./gate.ts";
import type { KnownChange } from "./knownLog.ts";
import type { StepContext } from "./stepContext.ts";

/** So many steps are judged at once; between them other stacks' steps take their turn. */
const AT_ONCE = 100;

export type JudgeDocument = (document: JudgedDocument, context: StepContext, digest: string) => Promise<Judgement>;

/** The names of the rules of other packs that are asked about such steps there. */
export type OwnRulesAsked = (context: StepContext, steps: JudgedDocument["steps"]) => Promise<readonly string[]>;

/** Judges whole programs by the thread of a gate, as it judges steps: exemptions and other packs included. */
export function createDocumentJudge(
  gate: Gate,
  settings: PolicySettings,
  ownRulesAsked: OwnRulesAsked = async () => [],
): JudgeDocument {
  const judge = createJudge(pack, settings);

  async function judgeSteps({ steps }: JudgedDocument, context: StepContext): Promise<readonly Verdict[]> {
    const changes: KnownChange[] = [];
    const log = { id: `document/${randomUUID()}`, changes };
    const verdicts: Verdict[] = [];
    const judged = steps.filter(({ type }) => gate.judgedTypes.has(type));
    for (let from = 0; from < judged.length; from += AT_ONCE) {
      const some = judged.slice(from, from + AT_ONCE);
      verdicts.push(...(await gate.judgeSteps(context, some, log)).flat());
      for (const step of some)
        if (gate.watchedTypes.has(step.type))
          changes.push({ urn: step.urn, type: step.type, ...(step.step !== "delete" && { resource: step }) });
    }
    return verdicts;
  }

  return async (document, context, digest) => {
    const left = document.steps.filter(({ step }) => step !== "delete");
    const verdicts = distinct([
      ...(await judgeSteps(document, context)),
      ...(await gate.judgeWhole(context, left, gate.wholeTypes)),
    ]);
    const { project, stack, environment } = context;
    const rulesAsked = [
      ...rulesAskedOf({ judge, settings, pack }, document.steps),
      ...(await ownRulesAsked(context, document.steps)),
    ];
    return summarize({
      ...{ project, stack, environment, digest, verdicts },
      rulesAsked: [...new Set(rulesAsked)].toSorted(),
      resources: document.steps.length,
    });
  };
}

/** The forms in which a judgement is told, by media type. */
export const judgementTypes = {
  "application/json": judgementForms.json,
  "application/sarif+json": judgementForms.sarif,
  "application/junit+xml": judgementForms.junit,
  "application/xml": judgementForms.junit,
  "text/plain": judgementForms.text,
} as const;
