import { Problem } from "../base/problem.ts";

/** An If-Match header as read: the generations it would accept, or any at all. */
export type IfMatch = "any" | readonly number[];

/** A strong entity tag: the generation of the thing. */
export function etagOf(generation: number): string {
  return `"${generation}"`;
}

/** Weak and foreign tags are left out, and so match nothing: If-Match compares strongly (RFC 9110, section 13.1.1). */
export function readIfMatch(header: string | undefined): IfMatch | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "any";
  return header.split(",").flatMap((tag) => {
    const match = /^\s*"(\d{1,9})"\s*$/.exec(tag);
    return match === null ? [] : [Number(match[1])];
  });
}

/** @throws Problem `precondition-failed` when the thing is not at the generation that the caller has seen. */
export function requireMatch(ifMatch: IfMatch | undefined, generation: number): void {
  if (ifMatch === undefined || ifMatch === "any" || ifMatch.includes(generation)) return;
  throw new Problem(
    "precondition-failed",
    `The thing is at generation ${etagOf(generation)}. Read it again, and repeat the change with its ETag.`,
    { facts: { etag: etagOf(generation) } },
  );
}
