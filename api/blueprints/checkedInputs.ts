import { z } from "zod";
import type { Blueprint } from "../../programs/blueprint.ts";
import type { Fault } from "../base/problem.ts";
import { faultsOf } from "../http/parse.ts";
import { isOpen, knownFaults } from "./knownFaults.ts";
import { checkAgainst } from "./schemaCheck.ts";

/** Pointers of faults begin with `/inputs`. */
export type CheckedInputs =
  | { readonly inputs: Readonly<Record<string, unknown>>; readonly faults?: undefined }
  | { readonly faults: readonly Fault[] };

export const inputsObject = z.record(z.string(), z.unknown());

/** By the blueprint itself: contradictions and all. For the checkout's own alone, whose code the service may run. */
export function checkWithin(
  { inputs: schema }: Blueprint,
  inputs: unknown,
  unknownAt: readonly string[],
): CheckedInputs {
  const result = schema.safeParse(inputs);
  const faults = result.success ? [] : faultsOf(knownFaults(result.error, unknownAt), "/inputs");
  if (faults.length > 0) return { faults };
  return { inputs: inputsObject.parse(result.success && unknownAt.length === 0 ? result.data : inputs) };
}

/** By a JSON Schema that anybody may have written. */
export async function checkBySchema(
  schema: unknown,
  inputs: unknown,
  unknownAt: readonly string[],
): Promise<CheckedInputs> {
  const verdict = await checkAgainst({ schema, inputs });
  if (verdict.outcome === "fits")
    return { inputs: inputsObject.parse(unknownAt.length === 0 ? verdict.inputs : inputs) };
  if (verdict.outcome === "no-schema") {
    const detail = `They cannot be held against the blueprint's schema: ${verdict.reason}. Ask who published it.`;
    return { faults: [{ pointer: "/inputs", detail }] };
  }
  const known = verdict.faults.filter((fault) => !isOpen(fault, unknownAt));
  if (known.length === 0) return { inputs: inputsObject.parse(inputs) };
  return { faults: known.map(({ pointer, detail }) => ({ pointer: `/inputs${pointer}`, detail })) };
}
