import { createHash } from "node:crypto";
import type { Resource } from "../deployments/deployment.ts";
import { comparableText } from "../secrets/comparableText.ts";
import { type OpenCiphertext, SECRET } from "../secrets/openSecrets.ts";

/**
 * A difference between two states that no judged step accounts for. `brought`: what stands in the state now, new or other
 * than before. `removed`: what stood there; `after` is the same thing of the cloud where the state still has it, so that the loss of a
 * protection is seen.
 */
export type StateEdit =
  | { readonly kind: "brought"; readonly before: Resource | undefined; readonly after: Resource }
  | { readonly kind: "removed"; readonly before: Resource; readonly after: Resource | undefined };

/** Every difference between two whole states. */
export function editsBetween(
  before: readonly Resource[],
  after: readonly Resource[],
  open: OpenCiphertext,
): readonly StateEdit[] {
  const [old, present] = [indexed(before), indexed(after)];
  const brought = after.flatMap((resource): readonly StateEdit[] => {
    const was = counterpart(old, resource);
    return was !== undefined && isSame(was, resource, open) ? [] : [{ kind: "brought", before: was, after: resource }];
  });
  const removed = before.flatMap((resource): readonly StateEdit[] => {
    const kept = keptAs(present, resource);
    return kept !== undefined && isSame(resource, kept, open)
      ? []
      : [{ kind: "removed", before: resource, after: kept }];
  });
  return [...brought, ...removed];
}

/** Whether two states of a resource are the same to every rule; what a client sealed anew is opened for it. */
export function isSame(one: Resource, other: Resource, open: OpenCiphertext): boolean {
  const [a, b] = [essenceOf(one), essenceOf(other)];
  return JSON.stringify(a) === JSON.stringify(b) || comparableText(a, open) === comparableText(b, open);
}

const essenceOf = ({ type, id, custom, external, protect, inputs, outputs, delete: doomed }: Resource): unknown => [
  ...[type, id ?? "", custom === true, external === true, protect === true, doomed === true],
  ...[inputs ?? {}, outputs ?? {}],
];

/**
 * A digest of what a step says at its beginning that it will make; its end may add only what the provider answered. Secrets are
 * opened where there are some: a client seals them anew in each entry.
 */
export function intentOf({ urn, type, custom, external, protect, inputs }: Resource, open: OpenCiphertext): string {
  const intent = [urn, type, custom === true, external === true, protect === true, inputs ?? {}];
  const text = JSON.stringify(intent);
  const comparable = text.includes(SECRET) ? comparableText(intent, open) : text;
  return createHash("sha256").update(comparable).digest("base64");
}

interface Indexed {
  readonly byUrn: ReadonlyMap<string, readonly Resource[]>;
  readonly byThing: ReadonlyMap<string, Resource>;
}

/** One thing of the cloud, whatever it is called in the state; undefined for what exists in the state only. */
const thingOf = ({ type, id }: Resource): string | undefined => (id ? `${type} ${id}` : undefined);

function indexed(resources: readonly Resource[]): Indexed {
  const byThing = new Map<string, Resource>();
  for (const resource of resources) {
    const thing = thingOf(resource);
    if (thing !== undefined) byThing.set(thing, resource);
  }
  return { byUrn: Map.groupBy(resources, ({ urn }) => urn), byThing };
}

function counterpart({ byUrn, byThing }: Indexed, resource: Resource): Resource | undefined {
  const named = byUrn.get(resource.urn) ?? [];
  return named.find(({ id }) => id === resource.id) ?? byThing.get(thingOf(resource) ?? "") ?? named[0];
}

/** Where a managed thing of the cloud still is managed. What has no id is known by its name. */
function keptAs({ byUrn, byThing }: Indexed, resource: Resource): Resource | undefined {
  const thing = thingOf(resource);
  const kept = thing === undefined ? byUrn.get(resource.urn)?.[0] : byThing.get(thing);
  return kept?.external === true && resource.external !== true ? undefined : kept;
}
