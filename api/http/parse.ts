import type { z } from "zod";
import { type Fault, Problem } from "../base/problem.ts";
import { escapeToken, unstorableFaults } from "./unstorableFaults.ts";

/** Where the value came from; faults of query parameters and headers are told apart from those of the body by it. */
export type Root = "" | "/query" | "/headers";

/**
 * Reads a value from outside through its schema.
 *
 * @throws Problem `invalid-request` with every fault at once; each has a JSON pointer from the body's root, or one that
 * begins with `/query` or `/headers`.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown, root: Root = ""): z.output<S> {
  if (value === undefined && root === "") throw invalidRequest([{ pointer: "", detail: "A JSON body is needed." }]);
  const unstorable = unstorableFaults(value, root);
  if (unstorable.length > 0) throw invalidRequest(unstorable);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidRequest(faultsOf(result.error, root));
}

export function invalidRequest(faults: readonly Fault[]): Problem {
  const [first] = faults;
  const where = first === undefined || first.pointer === "" ? "" : `${first.pointer}: `;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more, see errors)` : "";
  return new Problem("invalid-request", `${where}${first?.detail ?? "The request is invalid."}${more}`, {
    errors: faults,
  });
}

/** The faults that a schema found, one for each unknown member as well. */
export function faultsOf(error: z.ZodError, root = ""): Fault[] {
  return error.issues.flatMap((issue) => {
    const pointer = root + issue.path.map((step) => `/${escapeToken(String(step))}`).join("");
    if (issue.code !== "unrecognized_keys") return [{ pointer, detail: issue.message }];
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${escapeToken(key)}`,
      detail: `There is no such ${root === "/query" ? "query parameter" : "member"}. Remove it.`,
    }));
  });
}
