import { createHash } from "node:crypto";

/** The tag by which a resource can be found again when the answer to its creation was lost. */
export const URN_MARK = "meridian:urn";

/**
 * The mark's value: a hash, since a URN can be longer than a tag. Team and backend are not in it, so that a stack which moves to
 * another backend keeps its tags; that two teams' stacks of one name differ, their other tags say.
 */
export function urnMark(urn: string): string {
  return createHash("sha256").update(urn).digest("hex").slice(0, 32);
}
