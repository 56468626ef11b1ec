import type { KnownResource } from "../../policies/index.ts";
import type { KnownChange } from "./knownLog.ts";

/** The resources that a step is compared with, by type. */
export interface KnownView {
  apply(change: KnownChange): void;
  ofType(type: string): readonly KnownResource[];
  /** Runs `body`, and takes back what it applied. */
  tentatively<T>(body: () => T): T;
}

export function createKnownView(): KnownView {
  const byType = new Map<string, Map<string, KnownResource>>();
  let applied: KnownChange[] | undefined;

  function put({ urn, type, resource }: KnownChange): KnownChange {
    const known = byType.get(type) ?? new Map<string, KnownResource>();
    byType.set(type, known);
    const before = known.get(urn);
    if (resource === undefined) known.delete(urn);
    else known.set(urn, resource);
    return { urn, type, ...(before && { resource: before }) };
  }

  return {
    apply(change) {
      const before = put(change);
      applied?.push(before);
    },
    ofType: (type) => [...(byType.get(type)?.values() ?? [])],
    tentatively(body) {
      const replaced: KnownChange[] = [];
      applied = replaced;
      try {
        return body();
      } finally {
        applied = undefined;
        for (const before of replaced.toReversed()) put(before);
      }
    },
  };
}
