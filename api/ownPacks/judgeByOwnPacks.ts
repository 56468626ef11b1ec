import type { PackKeeper } from "../../runner/packs/index.ts";
import type { OwnPacks, StepContext } from "../gate/index.ts";
import type { AssignedPack } from "./assignmentStore.ts";
import { packResource, verdictsOf } from "./packVerdicts.ts";

const ROOT_TYPE = "pulumi:pulumi:Stack";

/**
 * Judges by the packs that are assigned to a stack at this moment, all at once; deletions are no affair of theirs.
 *
 * @param packsFor asked at each judgement
 */
export function createOwnPacks(
  packsFor: (context: StepContext) => Promise<readonly AssignedPack[]>,
  keeper: Pick<PackKeeper, "judge" | "judgeStack">,
): OwnPacks {
  return {
    async judgeSteps(context, steps) {
      const judged = steps.filter(({ step }) => step !== "delete");
      const packs = judged.length === 0 ? [] : await packsFor(context);
      if (packs.length === 0) return steps.map(() => []);
      const question = { tags: tagsOf(context), resources: judged.map(packResource) };
      const answers = await Promise.all(packs.map(async (pack) => ({ pack, of: await keeper.judge(pack, question) })));
      return steps.map((step) => {
        const index = judged.indexOf(step);
        return answers.flatMap(({ pack, of }) => {
          const answer = of[index];
          return answer === undefined ? [] : verdictsOf(pack, answer, { context, judged: step });
        });
      });
    },
    async judgeWhole(context, resources) {
      const packs = (await packsFor(context)).filter(({ policies }) => policies.some(({ on }) => on === "stack"));
      if (packs.length === 0) return [];
      const question = { tags: tagsOf(context), resources: resources.map(packResource) };
      const judged = { urn: rootOf(context), type: ROOT_TYPE };
      const verdicts = packs.map(async (pack) =>
        verdictsOf(pack, await keeper.judgeStack(pack, question), { context, judged, among: resources }),
      );
      return (await Promise.all(verdicts)).flat();
    },
  };
}

const rootOf = ({ stack, project }: StepContext): string =>
  `urn:pulumi:${stack}::${project}::${ROOT_TYPE}::${project}-${stack}`;

/** The tags that packs are told of: where the stack belongs. */
function tagsOf({ environment, team, stackSet, target, region }: StepContext): Readonly<Record<string, string>> {
  const known = { environment, team, "stack-set": stackSet, target, region };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[`meridian:${name}`, value]])),
  );
}
