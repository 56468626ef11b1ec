import { type Call, type CallServices, serve } from "../cloud/calls.ts";
import type { Cloud } from "../cloud/cloud.ts";
import { impossibility, requireDeletable } from "../cloud/conditions.ts";
import { draftOf } from "../cloud/outputs.ts";
import type { ResourceStore } from "../cloud/resourceStore.ts";
import type { Registry } from "../model/registry.ts";
import type { Resource } from "../model/resource.ts";
import type { Properties } from "../model/values.ts";
import { mergePatch, RequestError } from "./requestBodies.ts";

export interface DriftServices {
  readonly registry: Registry;
  readonly store: ResourceStore;
  readonly cloud: Cloud;
  readonly calls: CallServices;
}

/** Changes a resource behind Pulumi's back, as somebody with a console would: the cloud's own rules hold. */
export function patchResource(resource: Resource, patch: Properties, services: DriftServices): Promise<Resource> {
  const { registry, store, cloud, calls } = services;
  const model = registry.model(resource.type);
  return serve(callOf("update", resource, services), calls, () => {
    const whole: Properties = patch["tags"] === undefined ? patch : { ...patch, tagsAll: patch["tags"] };
    const inputs = mergePatch(resource.inputs, whole);
    const { place, id: name } = resource;
    const making = { name, place, inputs, cloud: cloud.view(place) };
    const problem =
      model === undefined ? undefined : impossibility(model, draftOf(model, making, resource), { registry });
    if (problem !== undefined) throw new RequestError(422, problem.code, problem.message);
    const outputs = mergePatch(resource.outputs, whole);
    const changed = { ...resource, inputs, outputs, updatedAt: new Date(calls.clock.now()).toISOString() };
    store.put(changed);
    return changed;
  });
}

/** Deletes a resource behind Pulumi's back. `force` deletes it even when something depends on it. */
export async function deleteResource(resource: Resource, force: boolean, services: DriftServices): Promise<void> {
  const { registry, store, cloud, calls } = services;
  await serve(callOf("delete", resource, services), calls, () => {
    const model = registry.model(resource.type);
    if (!force) requireDeletable(model, resource, { store, view: cloud.view(resource.place) });
    cloud.erase(resource);
  });
}

function callOf(operation: "update" | "delete", resource: Resource, { registry }: DriftServices): Call {
  return {
    operation,
    caller: { place: resource.place, via: "control", signal: new AbortController().signal },
    type: resource.type,
    urn: resource.urn,
    id: resource.id,
    model: registry.model(resource.type),
  };
}
