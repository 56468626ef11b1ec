import type { Caller } from "../../base/caller.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { isMandatory, judgeForgetting, policyDenied } from "../../gate/index.ts";
import { subjectOf } from "../audit.ts";
import { type DecidedStep, type DecisionLedger, rootOf, verdictsOf } from "../judgement/decisionLedger.ts";
import type { JudgeEdits } from "../judgement/editJudge.ts";
import { type Exemptions, exemptionsIn } from "../judgement/leaning.ts";
import { editsBetween } from "../judgement/stateEdits.ts";
import { opener } from "../judgement/stepJudge.ts";
import { recordVerdicts } from "../judgement/verdictStore.ts";
import type { Sealing } from "../secrets/sealing.ts";
import { fullName, RESERVED_TAG_PREFIX, type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import type { Placements } from "../updates/heldUpdates.ts";
import type { StateArchive } from "./stateArchive.ts";

interface ForgettingDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly judgeEdits: JudgeEdits;
  readonly exemptions: Exemptions;
  readonly placements: Placements;
  readonly ledger: DecisionLedger;
}

/** @throws Problem `policy-denied` where the resources of a stack must not be forgotten, `exemption-ended` */
export type RequireForgettable = (tx: Tx, stack: StackRecord, caller: Caller) => Promise<void>;

/**
 * Whether a stack may go while its resources stay, as `pulumi stack rm --force` asks. It is an edit like another: nothing that a
 * rule protects may be lost. What a target holds, or production, is torn down, not forgotten. An exemption of each rule
 * that refuses lets it go.
 */
export function createForgetting(deps: ForgettingDeps): RequireForgettable {
  const { database, archive, sealing, judgeEdits, exemptions, placements, ledger } = deps;

  async function record(tx: Tx, stack: StackRecord, steps: readonly DecidedStep[]): Promise<void> {
    await recordVerdicts(tx, {}, verdictsOf(steps));
    await ledger.record(tx, { stack, update: undefined, operation: undefined, phase: "admission", steps });
  }

  return async (tx, stack, caller) => {
    const { id, team, resourceCount } = stack;
    if (resourceCount === 0) return;
    const { deployment } = await archive.checkpoint(tx, id, stack.version);
    const lost = editsBetween(deployment.resources ?? [], [], opener(sealing, id));
    const context = stepContextOf(stack, await placements(stack), "admission");
    const production = stack.tags[`${RESERVED_TAG_PREFIX}environment`] === "production";
    const governed = stack.target !== undefined || production;
    const whole = judgeForgetting(context, { fullName: fullName(stack), resourceCount, governed });
    const ofWhole = (await exemptions.exempting(context, [whole])).flat();
    const steps: readonly DecidedStep[] = [
      { ...rootOf(stack), step: "delete", verdicts: ofWhole },
      ...(await judgeEdits({ stackId: id, context, known: [] }, lost)),
    ];
    const verdicts = verdictsOf(steps);
    if (verdicts.some(isMandatory)) {
      const refused = steps.map((step): DecidedStep => ({ ...step, refused: true }));
      // In a transaction of its own: that of the removal is taken back, and why stays.
      await database.db.transaction().execute((own) => record(own, stack, refused));
      throw policyDenied(verdicts);
    }
    const leaning = { exemptions: exemptionsIn(verdicts), subject: subjectOf(stack), team, caller };
    await exemptions.use(tx, { ...leaning, work: `removal of ${id}` });
    await record(tx, stack, steps);
  };
}
