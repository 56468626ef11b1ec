import type { KnownResource } from "../judgedResource.ts";
import { ifKnown } from "../unknown.ts";
import { namespaceOf } from "./objects.ts";

/**
 * Gives the objects that lie in a namespace, behind them those of which nobody knows yet where they lie: reading their namespace
 * throws. It looks at each object once, however many namespaces it is asked for.
 */
export function byNamespace(objects: readonly KnownResource[]): (namespace: unknown) => readonly KnownResource[] {
  const within = new Map<unknown, KnownResource[]>();
  const unclear: KnownResource[] = [];
  for (const object of objects) {
    const namespace = ifKnown(() => namespaceOf(object));
    const list = namespace === undefined ? unclear : within.get(namespace);
    if (list === undefined) within.set(namespace, [object]);
    else list.push(object);
  }
  return (namespace) => [...(within.get(namespace) ?? []), ...unclear];
}
