import type { CloudView, Draft, ResourceModel, Uniqueness } from "../model/model.ts";
import { type Registry, referencesIn, targetTypes, uniqueKey } from "../model/registry.ts";
import type { Place, Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { validate } from "../model/validate.ts";
import type { Properties } from "../model/values.ts";
import { CloudError, type Refusal } from "./cloudError.ts";
import type { ResourceStore } from "./resourceStore.ts";

/** What is wrong with inputs whatever the state of the cloud: each finding is shown on its property by Check. */
export function problemsOf(model: ResourceModel, inputs: Properties): readonly Problem[] {
  const codes = { ...model.service.codes, ...model.codes };
  return [...validate(inputs, model.inputs, codes), ...(model.check?.(inputs) ?? [])];
}

/** Throws the first reason why a resource cannot be made or changed now. */
export function requirePossible(model: ResourceModel, draft: Draft, cloud: { registry: Registry }): void {
  const problem = impossibility(model, draft, cloud);
  if (problem !== undefined) throw refused("invalid", problem);
}

/** The first reason why a resource cannot be made or changed now. */
export function impossibility(model: ResourceModel, draft: Draft, cloud: { registry: Registry }): Problem | undefined {
  return problemsOf(model, draft.inputs)[0] ?? missingReference(model, draft, cloud.registry) ?? model.refuse?.(draft);
}

/** Throws when a value that must be unique is taken by another resource, or by a deleted one that can be brought back. */
export function requireUnique(
  model: ResourceModel,
  at: { readonly place: Place; readonly outputs: Properties; readonly uid?: string; readonly now: number },
  store: ResourceStore,
): void {
  const refuse = (rule: Uniqueness, code: string, why: string): never => {
    const values = rule.by.map((name) => `${name} ${JSON.stringify(at.outputs[name])}`).join(", ");
    throw new CloudError("exists", code, `${values} ${why}`);
  };
  for (const rule of model.unique ?? []) {
    const key = uniqueKey(model.type, rule, at.place, at.outputs);
    if (key === undefined) continue;
    const other = store.takenBy(key);
    if (other !== undefined && other.uid !== at.uid) refuse(rule, rule.code, "is already in use");
    const deleted = store.recoverableBy(key, at.now);
    if (deleted === undefined) continue;
    refuse(rule, model.recovery?.code ?? rule.code, `is already scheduled for deletion, at ${deleted.goneAt}`);
  }
}

/** Throws when a resource cannot be deleted now. */
export function requireDeletable(
  model: ResourceModel | undefined,
  resource: Resource,
  cloud: { store: ResourceStore; view: CloudView },
): void {
  const holders = cloud.store.holdersOf(resource).filter((holder) => holder.uid !== resource.uid);
  if (holders.length > 0) {
    const code = model?.codes?.inUse ?? model?.service.codes.inUse ?? "DependencyViolation";
    const shown = holders.slice(0, 3).map((holder) => `${holder.type} ${holder.id}`);
    const more = holders.length > shown.length ? ` and ${holders.length - shown.length} more` : "";
    throw new CloudError(
      "in-use",
      code,
      `'${resource.id}' cannot be deleted: it is used by ${shown.join(", ")}${more}`,
    );
  }
  const problem = model?.refuseDelete?.(resource, cloud.view);
  if (problem !== undefined) throw refused("in-use", problem);
}

export function notFound(model: ResourceModel | undefined, type: string, id: string): CloudError {
  const code = model?.codes?.notFound ?? model?.service.codes.notFound ?? "ResourceNotFoundException";
  return new CloudError("not-found", code, `${type} '${id}' does not exist`);
}

function missingReference(model: ResourceModel, draft: Draft, registry: Registry): Problem | undefined {
  for (const { ref, value, property } of referencesIn(draft.inputs, model)) {
    const types = targetTypes(ref).filter((type) => registry.model(type) !== undefined);
    if (types.length === 0 || types.some((type) => draft.cloud.find(type, value, ref.by) !== undefined)) continue;
    return { code: ref.code, message: `${property} '${value}' does not exist`, property };
  }
  return undefined;
}

function refused(refusal: Refusal, problem: Problem): CloudError {
  return new CloudError(refusal, problem.code, problem.message);
}
