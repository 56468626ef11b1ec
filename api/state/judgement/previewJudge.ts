import {
  type Gate,
  type JudgedResource,
  judgePlacement,
  type KnownResource,
  type Step,
  type Verdict,
} from "../../gate/index.ts";
import type { Resource } from "../deployments/deployment.ts";
import type { EngineEvent, StepMetadata } from "../updates/engineEvent.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { type DecidedStep, rootOf, stackType } from "./decisionLedger.ts";
import { wholeTypesOf } from "./endJudge.ts";
import { isRetained, judgedResource, knownResource } from "./judgedSteps.ts";
import { type Loss, lossOf } from "./loss.ts";
import { type AskTeardown, leavesNothing } from "./teardownQuestion.ts";
import type { Watch } from "./watchedResources.ts";

const stepOf: Readonly<Record<string, Step>> = {
  create: "create",
  "create-replacement": "replace",
  update: "update",
  delete: "delete",
};

/** The engine blinds secrets in its events, so a preview has none to open: rules find them unknown. */
const sealed = (): undefined => undefined;

interface PreviewDeps {
  readonly gate: Gate;
  readonly watch: Pick<Watch, "base">;
  readonly ask: AskTeardown;
}

/** What a preview is of. */
type Previewed = Pick<HeldUpdate, "stack" | "context"> & { readonly update: Pick<HeldUpdate["update"], "kind"> };

/**
 * Judges what a preview intends, from the steps among its events. What it cannot know yet is judged when the step is taken.
 * The deletion of a replaced resource is judged with its replacement; an import when it ends, since a preview does not know what
 * it will find. What leaves nothing of the stack is judged as its teardown, whatever the command is called.
 */
export async function judgePreview(
  { gate, watch, ask }: PreviewDeps,
  held: Previewed,
  events: readonly EngineEvent[],
): Promise<readonly DecidedStep[]> {
  const { stack, context } = held;
  const metadata = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const all = metadata.flatMap((of) => intended(of) ?? []).filter((step) => !isEndOfRoot(step)); // the loss of all says it
  const unseen = metadata.filter(({ op }) => op === "import").map(asUnseen);
  const steps = all.filter(({ type }) => gate.judgedTypes.has(type));
  const touched = new Set(all.map(({ type }) => type).filter((type) => gate.wholeTypes.has(type)));
  const placed = (step: JudgedResource) => (step.step === "delete" ? none : judgePlacement(context, step));
  const loses = metadata.some(({ op }) => op === "delete");
  if (steps.length === 0 && touched.size === 0 && !loses)
    return [...all.map((step) => decided(step, placed(step))), ...unseen];
  const base = [...(await watch.base(stack.id, stack.version, everyType)).values()];
  const ofLoss = loses ? await judgeLoss(ask, held, lossOf(base, metadata)) : [];
  const read = base.filter(({ type }) => gate.watchedTypes.has(type) || gate.wholeTypes.has(type));
  const known = read.map((resource) => knownResource(resource, sealed));
  const watched = known.filter(({ type }) => gate.watchedTypes.has(type));
  const alone = await gate.judgeSteps(context, steps, watched);
  const verdictsOf = new Map(steps.map((step, index) => [step, alone[index] ?? none]));
  const after = afterSteps(known, all);
  const of = { ...rootOf(stack), step: "whole", types: wholeTypesOf(gate, after), touched: [...touched] } as const;
  const whole = touched.size === 0 ? [] : [{ ...of, verdicts: await gate.judgeWhole(context, after, touched) }];
  return [
    ...all.map((step) => decided(step, [...placed(step), ...(verdictsOf.get(step) ?? none)])),
    ...unseen,
    ...ofLoss,
    ...whole,
  ];
}

const everyType = { has: () => true };

const isEndOfRoot = ({ type, step }: JudgedResource): boolean => type === stackType && step === "delete";

/** A part is lost by many an update; only a destroy takes it on purpose. */
async function judgeLoss(ask: AskTeardown, { stack, context, update }: Previewed, { extent }: Loss) {
  const destroys = update.kind === "destroy";
  if (extent === "nothing" || (extent === "part" && !destroys)) return [];
  return [await ask({ stack, context, extent, ...(!destroys && { remark: leavesNothing }) })];
}

const none: readonly Verdict[] = [];

const decided = ({ urn, type, step }: JudgedResource, verdicts: readonly Verdict[]): DecidedStep => ({
  ...{ urn, type, step, verdicts },
});

/** What it will find in the cloud is known when it is done. */
const asUnseen = ({ urn, type }: StepMetadata): DecidedStep => ({
  ...{ urn, type, step: "import", verdicts: none, notShown: true },
});

/** What the stack will have when the steps are done. */
function afterSteps(known: readonly KnownResource[], steps: readonly JudgedResource[]): readonly KnownResource[] {
  const after = new Map(known.map((resource) => [resource.urn, resource]));
  for (const step of steps) {
    if (step.step === "delete") after.delete(step.urn);
    else after.set(step.urn, step);
  }
  return [...after.values()];
}

function intended(metadata: StepMetadata): JudgedResource | undefined {
  const step = stepOf[metadata.op];
  if (step === undefined) return undefined;
  const before = asResource(metadata.old);
  const resource = step === "delete" ? before : asResource(metadata.new);
  if (resource === undefined || resource.external === true) return undefined;
  if (step === "delete" && isRetained(resource)) return undefined;
  return judgedResource({ resource, step, before, open: sealed });
}

export function asResource(state: StepMetadata["new"]): Resource | undefined {
  if (!state) return undefined;
  const { inputs, outputs, ...rest } = state;
  return {
    ...rest,
    urn: state.urn,
    type: state.type,
    ...(inputs && { inputs }),
    ...(outputs && { outputs }),
  } as Resource; // the schema's optional members may be undefined
}
