import type { z } from "zod";

/** What inputs, each valid alone, say against one another: the place of the one to change, and what to give there. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A refinement of a schema that refuses every contradiction, each at its place. */
export function refusing<Inputs>(contradictions: (inputs: Inputs) => readonly Contradiction[]) {
  return (inputs: Inputs, context: z.RefinementCtx): void => {
    for (const { path, message } of contradictions(inputs)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  };
}
