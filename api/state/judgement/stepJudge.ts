import { isProblem } from "../../base/problem.ts";
import type { Gate, JudgedResource, StepContext, Verdict } from "../../gate/index.ts";
import type { PendingOperation } from "../deployments/deployment.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import { SECRET_ROW, type Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { type BaseResources, judgedStep } from "./judgedSteps.ts";
import type { Watch } from "./watchedResources.ts";

export interface Judgement {
  /** One list for each operation, in their order. */
  readonly verdicts: readonly (readonly Verdict[])[];
  /** How many watched entries of the update's journal the steps were compared with; undefined where nothing was compared. */
  readonly comparedWith: number | undefined;
}

/** Judges steps of an update before they are acknowledged. `anew`: first reads what other processes may have recorded. */
export type JudgeOperations = (
  held: HeldUpdate,
  operations: readonly PendingOperation[],
  options?: { readonly anew: boolean },
) => Promise<Judgement>;

const none: readonly Verdict[] = [];
const noBase: BaseResources = new Map();

export function createStepJudge(gate: Gate, watch: Watch, sealing: Sealing): JudgeOperations {
  return async (held, operations, { anew } = { anew: false }) => {
    const judged = operations.filter(({ resource }) => gate.judgedTypes.has(resource.type));
    if (judged.length === 0) return { verdicts: operations.map(() => none), comparedWith: undefined };
    const open = opener(sealing, held.stack.id);
    const compares = judged.some(({ resource }) => gate.watchedTypes.has(resource.type));
    const view = compares ? await watch.view(held, { anew }) : undefined;
    const steps = judged.map((operation) => judgedStep(operation, view?.base ?? noBase, open));
    const verdicts = await judgeSteps({ gate, context: held.context, steps, known: view?.known ?? [] });
    const byOperation = new Map(judged.map((operation, index) => [operation, verdicts[index] ?? none]));
    return {
      verdicts: operations.map((operation) => byOperation.get(operation) ?? none),
      comparedWith: view?.entries,
    };
  };
}

interface Steps {
  readonly gate: Gate;
  readonly context: StepContext;
  readonly steps: readonly (JudgedResource | undefined)[];
  readonly known: Parameters<Gate["judgeSteps"]>[2];
}

/** Judges the steps there are; a step that changes nothing (undefined) has no verdicts. */
async function judgeSteps({ gate, context, steps, known }: Steps): Promise<readonly (readonly Verdict[])[]> {
  const present = steps.filter((step) => step !== undefined);
  const verdicts = [...(await gate.judgeSteps(context, present, known))];
  return steps.map((step) => (step === undefined ? none : (verdicts.shift() ?? none)));
}

/** Opens what the service itself has sealed for the stack; anything else stays sealed. */
export function opener(sealing: Sealing, stackId: string): OpenCiphertext {
  return (ciphertext) => {
    try {
      return sealing.open({ stackId, row: SECRET_ROW }, Buffer.from(ciphertext, "base64"));
    } catch (error) {
      if (isProblem(error) && error.code === "too-many-requests") throw error; // readable in a moment: do not judge without it
      return undefined; // sealed by another secrets manager, or for another stack
    }
  };
}
