import { isProblem } from "../../base/problem.ts";
import {
  type Gate,
  type JudgedResource,
  judgePlacement,
  readProperties,
  type StepContext,
  type Verdict,
} from "../../gate/index.ts";
import type { PendingOperation, Resource } from "../deployments/deployment.ts";
import { type OpenCiphertext, openSecrets } from "../secrets/openSecrets.ts";
import { SECRET_ROW, type Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import type { DecidedStep } from "./decisionLedger.ts";
import { type BaseResources, judgedStep, plainStep } from "./judgedSteps.ts";
import type { PriorState, PriorStates } from "./priorStates.ts";
import type { Watch } from "./watchedResources.ts";

export interface Judgement {
  /** One for each operation, in their order. */
  readonly decided: readonly DecidedStep[];
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

interface StepJudgeDeps {
  readonly gate: Gate;
  readonly watch: Watch;
  readonly prior: PriorStates;
  readonly sealing: Sealing;
}

export function createStepJudge({ gate, watch, prior, sealing }: StepJudgeDeps): JudgeOperations {
  async function byRules(held: HeldUpdate, judged: readonly PendingOperation[], anew: boolean) {
    const open = opener(sealing, held.stack.id);
    const compares = judged.some(({ resource }) => gate.watchedTypes.has(resource.type));
    const view = compares ? await watch.view(held, { anew }) : undefined;
    const state = compares && judged.some(({ type }) => type === "deleting") ? await prior.of(held) : undefined;
    const ground = { base: view?.base ?? noBase, stored: storedIn(state), open };
    const steps = judged.map((operation) => judgedStep(operation, ground));
    const verdicts = await judgeSteps({ gate, context: held.context, steps, known: view?.known ?? [] });
    return { verdicts, steps, comparedWith: view?.entries };
  }

  return async (held, operations, { anew } = { anew: false }) => {
    const judged = operations.filter(({ resource }) => gate.judgedTypes.has(resource.type));
    const { verdicts, steps, comparedWith } =
      judged.length === 0 ? { verdicts: [], steps: [], comparedWith: undefined } : await byRules(held, judged, anew);
    const placeOf = new Map(judged.map((operation, index) => [operation, index]));
    const decided = operations.map((operation): DecidedStep => {
      const at = placeOf.get(operation) ?? -1;
      const { urn, type } = operation.resource;
      const ofPlacement = placementOf(operation, held.context, () => opener(sealing, held.stack.id));
      const step = steps[at]?.step ?? plainStep(operation);
      return { urn, type, step, verdicts: [...(verdicts[at] ?? none), ...ofPlacement] };
    });
    return { decided, comparedWith };
  };
}

/** By its id the resource itself; a client that gives an id of nothing is taken to mean the one of that name. */
const storedIn =
  (state: PriorState | undefined) =>
  ({ urn, id }: Resource): Resource | undefined =>
    state?.resources.find((resource) => resource.urn === urn && resource.id === id) ?? state?.live(urn);

/** A deletion goes where the resource is, which was judged when it was made. */
function placementOf({ resource, type }: PendingOperation, context: StepContext, open: () => OpenCiphertext) {
  const { urn, type: ofType, inputs = {} } = resource;
  const free = context.account === undefined || type === "deleting" || !/^(aws:|pulumi:providers:aws$)/.test(ofType);
  if (free || (ofType.startsWith("aws:") && inputs["region"] === undefined)) return none;
  // Properties are an object, and so is what comes of them; hence the cast.
  const properties = openSecrets(inputs, open()) as Readonly<Record<string, unknown>>;
  return judgePlacement(context, { urn, type: ofType, inputs: readProperties(properties).inputs });
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
