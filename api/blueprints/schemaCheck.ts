import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Fault, Problem } from "../base/problem.ts";

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
/** A thread with a hostile pattern takes a whole processor; the rest is everybody's. */
const THREADS = 2;
/** Who waits may hold a transaction meanwhile. */
const WAITING = 8;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running < THREADS) running += 1;
  else if (waiting.length < WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
  else
    throw new Problem("unavailable", "Too many schemas of blueprints are being checked. Try again in a few seconds.");
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/**
 * Holds inputs against a schema that a team may have written. A schema is no program, but a pattern in it can take for ever and a
 * reference can grow without end: so it is compiled in a thread of its own, with little memory, which ends with the answer or with our
 * patience. Few such threads run at once.
 *
 * @throws Problem `unavailable` when many wait already.
 */
export function checkAgainst(question: SchemaQuestion, patienceMs: number = PATIENCE_MS): Promise<SchemaVerdict> {
  return inTurn(() => askThread(question, patienceMs));
}

async function askThread(question: SchemaQuestion, patienceMs: number): Promise<SchemaVerdict> {
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
