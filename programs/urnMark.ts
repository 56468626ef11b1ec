import { createHash } from "node:crypto";

/** The tag by which a resource can be found again when the answer to its creation was lost. */
export const URN_MARK = "meridian:urn";

/** The mark's value: a hash, since a URN can be longer than a tag, and says more than everybody who reads tags should know. */
export function urnMark(team: string, urn: string): string {
  return createHash("sha256").update(`${team}\n${urn}`).digest("hex").slice(0, 32);
}
