import { z } from "zod";
import { escapeToken } from "../http/unstorableFaults.ts";

/**
 * What a schema found wrong, without what follows from values that are not known yet: faults at or below their places, and choices
 * between shapes above them. A member that the schema does not have stays a fault whatever its value will be.
 */
export function knownFaults(error: z.ZodError, unknownAt: readonly string[]): z.ZodError {
  if (unknownAt.length === 0) return error;
  const known = error.issues.filter((issue) => {
    const pointer = issue.path.map((step) => `/${escapeToken(String(step))}`).join("");
    return !isOpen({ pointer, choice: issue.code === "invalid_union" }, unknownAt);
  });
  return new z.ZodError(known);
}

/** Whether a fault follows from values that are not known yet; `choice`: none of several shapes fits. */
export function isOpen(
  { pointer, choice }: { readonly pointer: string; readonly choice: boolean },
  unknownAt: readonly string[],
): boolean {
  const below = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);
  return unknownAt.some((place) => below(pointer, place) || (choice && below(place, pointer)));
}
