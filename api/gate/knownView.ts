import { createStackIndex, type StackView } from "../../policies/index.ts";
import type { KnownChange } from "./knownLog.ts";

/** The resources that a step is compared with. */
export interface KnownView {
  /** What is known at this moment; it goes on with the changes. */
  readonly stack: StackView;
  apply(change: KnownChange): void;
  /** Runs `body`, and takes back what it applied. */
  tentatively<T>(body: () => T): T;
}

export function createKnownView(): KnownView {
  const stack = createStackIndex();
  let applied: KnownChange[] | undefined;

  function put({ urn, type, resource }: KnownChange): KnownChange {
    const before = stack.find({ urn, type });
    if (resource === undefined) stack.remove({ urn, type });
    else stack.put(resource);
    return { urn, type, ...(before && { resource: before }) };
  }

  return {
    stack,
    apply(change) {
      const before = put(change);
      applied?.push(before);
    },
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
