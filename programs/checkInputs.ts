import type { z } from "zod";
import type { Blueprint, InputProblem } from "./blueprint.ts";

export type CheckedInputs<Inputs> =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Checks what someone gave as inputs, and fills in the defaults. Every problem is reported, not only the first. */
export function checkInputs<Schema extends z.ZodType>(
  blueprint: Pick<Blueprint<Schema>, "inputs">,
  given: unknown,
): CheckedInputs<z.output<Schema>> {
  const result = blueprint.inputs.safeParse(given);
  if (result.success) return { ok: true, inputs: result.data };
  return { ok: false, problems: result.error.issues.flatMap(problemsOf) };
}

function problemsOf(issue: z.core.$ZodIssue): readonly InputProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      message: `take out "${key}": the blueprint has no such input`,
    }));
  }
  return [{ pointer: pointerOf(issue.path), message: issue.message }];
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
