import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Fault } from "../base/problem.ts";

export interface SchemaQuestion {
  /** JSON Schema 2020-12. */
  readonly schema: unknown;
  readonly inputs: unknown;
}

export interface SchemaFault extends Fault {
  /** None of several shapes fits. */
  readonly choice: boolean;
}

export type SchemaVerdict =
  /** With the schema's defaults filled in. */
  | { readonly outcome: "fits"; readonly inputs: unknown }
  | { readonly outcome: "faults"; readonly faults: readonly SchemaFault[] }
  /** The schema itself cannot be used. */
  | { readonly outcome: "no-schema"; readonly reason: string };

/** For the thread's start as well, on a busy machine. */
const PATIENCE_MS = 10_000;
const HEAP_MEGABYTES = 128;

/**
 * Holds inputs against a schema that a team may have written. A schema is no program, but a pattern in it can take for ever and a
 * reference can grow without end: so it is compiled in a thread of its own, with little memory, which ends with the answer or with our
 * patience.
 */
export async function checkAgainst(question: SchemaQuestion, patienceMs: number = PATIENCE_MS): Promise<SchemaVerdict> {
  const worker = new Worker(new URL("./schemaThread.ts", import.meta.url), {
    workerData: question,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
  try {
    const [verdict] = (await once(worker, "message", { signal: AbortSignal.timeout(patienceMs) })) as [SchemaVerdict]; // our own thread's
    return verdict;
  } catch (error) {
    const reason =
      error instanceof Error && error.name === "AbortError" ? `it takes over ${patienceMs} ms` : String(error);
    return { outcome: "no-schema", reason };
  } finally {
    await worker.terminate();
  }
}
