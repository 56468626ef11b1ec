import { withDefaults } from "../model/defaults.ts";
import type { CloudView, Compute, Draft, ResourceModel } from "../model/model.ts";
import type { Place, Resource } from "../model/resource.ts";
import { type Properties, sameValue, UNKNOWN, type Value } from "../model/values.ts";

export interface Making {
  readonly name: string;
  readonly place: Place;
  readonly inputs: Properties;
  readonly cloud: CloudView;
}

/** The draft before it has an id: what conditions are judged on. */
export function draftOf(model: ResourceModel, making: Making, previous?: Resource): Draft {
  const draft = {
    id: previous?.id ?? "",
    name: making.name,
    place: making.place,
    inputs: withDefaults(making.inputs, model.inputs),
    outputs: {},
    cloud: making.cloud,
  };
  return previous === undefined ? draft : { ...draft, previous };
}

/** Id and outputs of a resource that is being created. */
export function created(
  model: ResourceModel,
  draft: Draft,
): { readonly id: string; readonly outputs: Properties; readonly draft: Draft } {
  const id = String(model.id(draft));
  if (model.answer !== undefined) {
    const outputs = model.answer({ inputs: draft.inputs, draft: { ...draft, id } });
    return { id, outputs, draft: { ...draft, id, outputs } };
  }
  const outputs = computeAll(model, { ...draft, id, outputs: given(model, draft) }, () => true);
  return { id, outputs, draft: { ...draft, id, outputs } };
}

/** Outputs of a resource after an update: what the cloud once computed stays, except what it computes at each write. */
export function updated(model: ResourceModel, draft: Draft, previous: Properties): Properties {
  if (model.answer !== undefined) return model.answer({ inputs: draft.inputs, previous, draft });
  const kept = keptOutputs(model, draft.inputs, previous);
  const wanted = (name: string): boolean => rewritten(model, name, { inputs: draft.inputs, previous });
  return computeAll(model, { ...draft, outputs: { ...kept, ...given(model, draft) } }, wanted);
}

/** What a preview can say of a create: inputs and defaults; all that the cloud computes is unknown. */
export function previewedCreate(model: ResourceModel, inputs: Properties, place: Place): Properties {
  const filled = withDefaults(inputs, model.inputs);
  if (model.answer !== undefined) return model.answer({ inputs: filled });
  const computed = [...Object.keys(model.outputs ?? {}), ...computedInputs(model)];
  return { ...unknowns(computed.filter((name) => filled[name] === undefined)), ...filled, ...regionOf(model, place) };
}

/** What a preview can say of an update. */
export function previewedUpdate(model: ResourceModel, inputs: Properties, previous: Properties): Properties {
  const filled = withDefaults(inputs, model.inputs);
  if (model.answer !== undefined) return model.answer({ inputs: filled, previous });
  const open = Object.keys(model.outputs ?? {}).filter((name) => rewritten(model, name, { inputs: filled, previous }));
  return { ...keptOutputs(model, filled, previous), ...unknowns(open), ...filled };
}

/** The paths of secrets in outputs: those of the inputs, their shadow in `tagsAll`, and what the model says. */
export function secretsOf(model: ResourceModel | undefined, inputSecrets: Iterable<string>): readonly string[] {
  const paths = new Set(inputSecrets);
  for (const path of [...paths]) if (path.startsWith('["tags"')) paths.add(path.replace('["tags"', '["tagsAll"'));
  for (const name of model?.secretOutputs ?? []) paths.add(JSON.stringify([name]));
  for (const [name, rule] of Object.entries(model?.inputs ?? {})) {
    if (rule.secret === true) paths.add(JSON.stringify([name]));
  }
  return [...paths];
}

function given(model: ResourceModel, draft: Draft): Properties {
  return { ...regionOf(model, draft.place), ...draft.inputs };
}

/** Every regional AWS type has the input `region`, and answers it. */
function regionOf(model: ResourceModel, place: Place): Properties {
  return model.inputs["region"] === undefined || model.scope === "account" ? {} : { region: place.region };
}

function computeAll(model: ResourceModel, draft: Draft, wanted: (name: string) => boolean): Properties {
  const outputs: Record<string, Value> = { ...draft.outputs };
  for (const [name, entry] of Object.entries(model.outputs ?? {})) {
    if (draft.inputs[name] !== undefined || !wanted(name)) continue;
    const compute: Compute = typeof entry === "function" ? entry : entry.onWrite;
    outputs[name] = compute({ ...draft, outputs });
  }
  return outputs;
}

function keptOutputs(model: ResourceModel, inputs: Properties, previous: Properties): Properties {
  const names = [...Object.keys(model.outputs ?? {}), ...computedInputs(model), "region"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = previous[name];
      return value === undefined || inputs[name] !== undefined ? [] : [[name, value] as const];
    }),
  );
}

function computedInputs(model: ResourceModel): readonly string[] {
  return Object.entries(model.inputs).flatMap(([name, rule]) => (rule.computed === true ? [name] : []));
}

interface Update {
  readonly inputs: Properties;
  readonly previous: Properties;
}

/** Whether an update computes this output anew. Outputs hold the inputs too, so they tell what has changed. */
function rewritten(model: ResourceModel, name: string, { inputs, previous }: Update): boolean {
  const entry = model.outputs?.[name];
  if (typeof entry !== "object") return false;
  const names = new Set([...Object.keys(inputs), ...Object.keys(model.inputs)]);
  return [...names].some((input) => {
    if (input.startsWith("__") || entry.exceptFor?.includes(input) === true) return false;
    if (inputs[input] === undefined && model.inputs[input]?.computed === true) return false;
    return !sameValue(inputs[input], previous[input]);
  });
}

function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN] as const));
}
