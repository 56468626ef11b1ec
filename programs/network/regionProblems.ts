import type { InputProblem } from "../blueprint.ts";
import type { NetworkInputs } from "./inputs.ts";

/** A region without a place in the address plan has no addresses. */
export function regionProblems(region: string, { addresses: { regions } }: NetworkInputs): readonly InputProblem[] {
  if (regions.includes(region)) return [];
  const message = `append ${region}: the plan has ${regions.join(", ")}, and a region's place in it is its number`;
  return [{ pointer: "/addresses/regions", message }];
}
