import type { InvokeModel, ResourceModel, Uniqueness } from "./model.ts";
import { GLOBAL, type Place } from "./resource.ts";
import type { PropertyRule, Reference } from "./rule.ts";
import { isList, isProperties, type Properties, texts, type Value } from "./values.ts";

/** All types and functions that the sandbox models. */
export interface Registry {
  model(type: string): ResourceModel | undefined;
  invoke(token: string): InvokeModel | undefined;
}

export function createRegistry(models: readonly ResourceModel[], invokes: readonly InvokeModel[]): Registry {
  const byType = new Map(models.map((model) => [model.type, model]));
  const byToken = new Map(invokes.map((invoke) => [invoke.token, invoke]));
  if (byType.size !== models.length) throw new Error(`two models of one type: ${repeated(models.map((m) => m.type))}`);
  if (byToken.size !== invokes.length)
    throw new Error(`two models of one function: ${repeated(invokes.map((i) => i.token))}`);
  for (const model of models) checkReferences(model, byType);
  return { model: (type) => byType.get(type), invoke: (token) => byToken.get(token) };
}

function repeated(names: readonly string[]): string {
  return names.filter((name, i) => names.indexOf(name) !== i).join(", ");
}

/** A reference by an output that its target does not index would never find anything. */
function checkReferences(model: ResourceModel, models: ReadonlyMap<string, ResourceModel>): void {
  for (const rule of allRules(Object.values(model.inputs))) {
    const { ref } = rule;
    if (ref === undefined || ref.by === undefined || ref.by === "id") continue;
    for (const type of targetTypes(ref)) {
      const target = models.get(type);
      if (target !== undefined && !(target.keys ?? []).includes(ref.by))
        throw new Error(`${model.type} refers to ${type} by ${ref.by}, which is not among the keys of its model`);
    }
  }
}

function allRules(rules: readonly PropertyRule[]): readonly PropertyRule[] {
  return rules.flatMap((rule) => [
    rule,
    ...allRules([...(rule.items === undefined ? [] : [rule.items]), ...Object.values(rule.properties ?? {})]),
  ]);
}

export function targetTypes(ref: Reference): readonly string[] {
  return typeof ref.type === "string" ? [ref.type] : ref.type;
}

/** Where resources of a model live, for a caller at `place`. */
export function placeOf(model: ResourceModel | undefined, place: Place): Place {
  if (model?.scope === "account") return { account: place.account, region: GLOBAL };
  if (model?.scope === "cluster") return place;
  // A type that nothing models says of itself by the place it is called from whether it lives in a cluster.
  return model === undefined ? place : { account: place.account, region: place.region };
}

export interface FoundReference {
  readonly ref: Reference;
  readonly value: string;
  readonly property: string;
}

/** Every reference that stands in inputs, with the property it stands at. */
export function referencesIn(inputs: Properties, model: ResourceModel): readonly FoundReference[] {
  return Object.entries(model.inputs).flatMap(([name, rule]) => references(inputs[name], rule, name));
}

function references(value: Value | undefined, rule: PropertyRule, property: string): readonly FoundReference[] {
  if (value === undefined) return [];
  const { ref, items, properties } = rule;
  if (ref !== undefined) return texts(value).map((item) => ({ ref, value: item, property }));
  if (isList(value) && items !== undefined) {
    return value.flatMap((item, i) => references(item, items, `${property}[${i}]`));
  }
  if (!isProperties(value)) return [];
  if (rule.kind === "map" && items !== undefined) {
    return Object.entries(value).flatMap(([key, item]) => references(item, items, `${property}.${key}`));
  }
  return Object.entries(properties ?? {}).flatMap(([name, inner]) =>
    references(value[name], inner, `${property}.${name}`),
  );
}

/** The key under which a uniqueness is held, or undefined when one of its values is absent. */
export function uniqueKey(type: string, rule: Uniqueness, at: Place, values: Properties): string | undefined {
  const parts = rule.by.map((name) => values[name]);
  if (parts.some((part) => part === undefined || part === null)) return undefined;
  const within = rule.within ?? "place";
  const where = within === "everywhere" ? [] : within === "account" ? [at.account] : placeParts(at);
  return JSON.stringify([type, rule.by, where, parts]);
}

export function placeParts(place: Place): readonly string[] {
  return [place.account, place.region, place.cluster ?? ""];
}
