import { createGate, type Gate, type GateOptions } from "./gate.ts";

export interface Gates {
  /** Judges what engines are about to do. */
  readonly steps: Gate;
  /** Judges what somebody asks about. */
  readonly documents: Gate;
  close(): Promise<void>;
}

/**
 * Two gates by the same rules, each with a thread of its own: whoever may read can send a document that takes minutes to judge, or
 * longer than a thread is given, and the steps of everybody's updates must neither wait for it nor be refused with it.
 */
export async function createGates(options: GateOptions): Promise<Gates> {
  const [steps, documents] = await Promise.all([createGate(options), createGate(options)]);
  return {
    steps,
    documents,
    async close() {
      await Promise.all([steps.close(), documents.close()]);
    },
  };
}
