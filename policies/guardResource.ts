import type { KnownResource } from "./judgedResource.ts";
import { guardUnknown } from "./unknown.ts";

/** A resource is compared with each that comes after it, and looking for unknown values costs more than most rules. */
const guardedBefore = new WeakMap<KnownResource, KnownResource>();

/** The resource in a form in which reading an unknown value throws `UnknownValue`; made once for each. */
export function guardResource(resource: KnownResource): KnownResource {
  const before = guardedBefore.get(resource);
  if (before !== undefined) return before;
  const made = {
    ...resource,
    inputs: guardUnknown(resource.inputs, resource.urn),
    ...(resource.outputs && { outputs: guardUnknown(resource.outputs, resource.urn) }),
  };
  guardedBefore.set(resource, made);
  // What is guarded already stays as it is.
  guardedBefore.set(made, made);
  return made;
}
