import type { Gate, JudgedResource, StepContext, Verdict } from "../../gate/index.ts";
import type { PendingOperation } from "../deployments/deployment.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { judgedStep, knownResource } from "./judgedSteps.ts";
import type { Watch, WatchedResources } from "./watchedResources.ts";

/** Judges steps of an update before they are acknowledged: one list of verdicts for each operation, in their order. */
export type JudgeOperations = (
  held: HeldUpdate,
  operations: readonly PendingOperation[],
) => Promise<readonly (readonly Verdict[])[]>;

const nothingWatched: WatchedResources = { base: new Map(), present: new Map() };
const none: readonly Verdict[] = [];

export function createStepJudge(gate: Gate, watch: Watch, sealing: Sealing): JudgeOperations {
  return async (held, operations) => {
    const judged = operations.filter(({ resource }) => gate.judgedTypes.has(resource.type));
    if (judged.length === 0) return operations.map(() => none);
    const open = opener(sealing, held.stack.id);
    const compares = judged.some(({ resource }) => gate.watchedTypes.has(resource.type));
    const { base, present } = compares ? await watch.view(held) : nothingWatched;
    const known = [...present.values()].map((resource) => knownResource(resource, open));
    const steps = judged.map((operation) => judgedStep(operation, base, open));
    const verdicts = await judgeSteps({ gate, context: held.context, steps, known });
    const byOperation = new Map(judged.map((operation, index) => [operation, verdicts[index] ?? none]));
    return operations.map((operation) => byOperation.get(operation) ?? none);
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
    } catch {
      return undefined; // sealed by another secrets manager, or for another stack
    }
  };
}

/** The place of a secret that the service sealed for a client: its own secrets in configuration and state. */
export const SECRET_ROW = "secret";
