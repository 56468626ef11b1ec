import { z } from "zod";
import { escapeToken } from "../http/unstorableFaults.ts";

/**
 * What a schema found wrong, without what follows from values that are not known yet: faults at or below their places, and choices
 * between shapes above them. A member that the schema does not have stays a fault whatever its value will be.
 */
export function knownFaults(error: z.ZodError, unknownAt: readonly string[]): z.ZodError {
  if (unknownAt.length === 0) return error;
  return new z.ZodError(error.issues.filter((issue) => !isOpen(issue, unknownAt)));
}

function isOpen(issue: z.core.$ZodIssue, unknownAt: readonly string[]): boolean {
  const pointer = issue.path.map((step) => `/${escapeToken(String(step))}`).join("");
  const below = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);
  if (issue.code === "invalid_union") return unknownAt.some((place) => below(place, pointer) || below(pointer, place));
  return unknownAt.some((place) => below(pointer, place));
}
