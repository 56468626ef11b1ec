import {
  type Gate,
  isMandatory,
  judgePlacement,
  type KnownLog,
  type KnownResource,
  type StepContext,
  type Verdict,
} from "../../gate/index.ts";
import type { Resource } from "../deployments/deployment.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { DecidedStep } from "./decisionLedger.ts";
import { judgedResource } from "./judgedSteps.ts";
import type { StateEdit } from "./stateEdits.ts";
import { opener } from "./stepJudge.ts";

interface EditedStack {
  readonly stackId: string;
  readonly context: StepContext;
  /** Resources that rules compare the edited ones with. */
  readonly known: KnownLog | readonly KnownResource[];
}

/** Judges what changes a state without a step: each edit as the step that it comes to, in their order. */
export type JudgeEdits = (stack: EditedStack, edits: readonly StateEdit[]) => Promise<readonly DecidedStep[]>;

interface EditJudgeDeps {
  readonly gate: Gate;
  readonly sealing: Sealing;
}

const none: readonly Verdict[] = [];

/**
 * What an edit brings into the state is judged as an import is. What it takes out is judged as a deletion is; a protection that is
 * gone afterwards counts as taken out, because the next step would delete what it protected.
 */
export function createEditJudge({ gate, sealing }: EditJudgeDeps): JudgeEdits {
  async function judgeBrought({ context, known }: EditedStack, edits: readonly StateEdit[], open: OpenCiphertext) {
    const steps = edits.flatMap((edit) => {
      if (edit.kind === "removed") return [];
      return judgedResource({ resource: edit.after, step: "import", before: edit.before, open });
    });
    const judged = steps.filter(({ type }) => gate.judgedTypes.has(type));
    const byRule = await gate.judgeSteps(context, judged, known);
    const verdictsOf = new Map(judged.map((step, index) => [step, byRule[index] ?? none]));
    return steps.map((step) => [...(verdictsOf.get(step) ?? none), ...judgePlacement(context, step)]);
  }

  /** What a rule would say of the deletion of each. */
  async function judgeDeletions({ context }: EditedStack, resources: readonly Resource[], open: OpenCiphertext) {
    const judged = resources.filter(({ type }) => gate.watchedTypes.has(type));
    const steps = judged.map((resource) => judgedResource({ resource, step: "delete", before: resource, open }));
    const verdicts = await gate.judgeSteps(context, steps, []);
    const of = new Map(judged.map((resource, index) => [resource, verdicts[index] ?? none]));
    return (resource: Resource) => of.get(resource) ?? none;
  }

  return async (stack, edits) => {
    if (edits.length === 0) return [];
    const open = opener(sealing, stack.stackId);
    const removed = edits.filter((edit) => edit.kind === "removed");
    const ofDeleting = await judgeDeletions(
      stack,
      removed.flatMap(({ before, after }) => (after === undefined ? [before] : [before, after])),
      open,
    );
    const losses = new Map(
      removed.map((edit) => {
        const stillKept = edit.after !== undefined && ofDeleting(edit.after).some(isProtection);
        return [edit as StateEdit, stillKept ? none : ofDeleting(edit.before).map(asLoss)];
      }),
    );
    const brought = [...(await judgeBrought(stack, edits, open))];
    return edits.map((edit): DecidedStep => {
      if (edit.kind === "brought") return decided(edit.after, "import", brought.shift() ?? none);
      return decided(edit.before, "delete", losses.get(edit) ?? none);
    });
  };
}

const decided = ({ urn, type }: Resource, step: "import" | "delete", verdicts: readonly Verdict[]): DecidedStep => ({
  ...{ urn, type, step, verdicts },
});

/** What an exemption would let go is protected all the same. */
const isProtection = (verdict: Verdict): boolean => isMandatory(verdict) || verdict.outcome === "exempted";

const asLoss = (verdict: Verdict): Verdict => ({
  ...verdict,
  message: `this edit takes it out of the state or its protection off, and ${verdict.message}`,
  remediation: verdict.policy.startsWith("gate-")
    ? verdict.remediation
    : `Take the protection off by an update of the program, or ask for an exemption of ${verdict.policy} (POST /v1/exemptions), which another person approves.`,
});
