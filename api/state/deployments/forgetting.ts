import { Problem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import { isMandatory, policyDenied } from "../../gate/index.ts";
import type { AllowanceOf, JudgeEdits } from "../judgement/editJudge.ts";
import { editsBetween } from "../judgement/stateEdits.ts";
import { opener } from "../judgement/stepJudge.ts";
import type { Sealing } from "../secrets/sealing.ts";
import { fullName, RESERVED_TAG_PREFIX, type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import type { StateArchive } from "./stateArchive.ts";

interface ForgettingDeps {
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly judgeEdits: JudgeEdits;
  readonly allowanceOf: AllowanceOf;
}

/** @throws Problem `allowance-required`, `policy-denied` where the resources of a stack must not be forgotten */
export type RequireForgettable = (tx: Tx, stack: StackRecord) => Promise<void>;

/**
 * Whether a stack may go while its resources stay, as `pulumi stack rm --force` asks. What a target holds, or production, is torn
 * down, not forgotten, unless an approver has allowed it. Elsewhere it is an edit like another: nothing that a rule protects may be lost.
 */
export function createForgetting({ archive, sealing, judgeEdits, allowanceOf }: ForgettingDeps): RequireForgettable {
  return async (tx, stack) => {
    if (stack.resourceCount === 0) return;
    const production = stack.tags[`${RESERVED_TAG_PREFIX}environment`] === "production";
    if (stack.target !== undefined || production) {
      if ((await allowanceOf(stack.id)) === undefined) throw allowanceRequired(stack);
      return;
    }
    const { deployment } = await archive.checkpoint(tx, stack.id, stack.version);
    const lost = editsBetween(deployment.resources ?? [], [], opener(sealing, stack.id));
    const context = stepContextOf(stack, undefined, "admission");
    const verdicts = (await judgeEdits({ stackId: stack.id, context, known: [] }, lost)).flat();
    if (verdicts.some(isMandatory)) throw policyDenied(verdicts);
  };
}

const allowanceRequired = (stack: StackRecord): Problem =>
  new Problem(
    "allowance-required",
    `${fullName(stack)} still has ${stack.resourceCount} resources, which would go on existing with nobody to know of them. ` +
      "Destroy them, or ask an approver for an allowance (POST /v1/allowances).",
    { facts: { resourceCount: stack.resourceCount } },
  );
