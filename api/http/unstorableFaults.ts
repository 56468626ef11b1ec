import type { Fault } from "../base/problem.ts";

const MAX_DEPTH = 64;

interface Place {
  readonly value: unknown;
  readonly pointer: string;
  readonly depth: number;
}

/**
 * Faults that any JSON value can have whatever its schema: text that PostgreSQL's jsonb cannot hold (the character NUL,
 * half of a surrogate pair), a member that JavaScript would take for a prototype, and nesting deeper than 64, which would exhaust the stack of whatever walks it later. Walks
 * without recursion for that reason. `at` is the pointer to the value itself.
 */
export function unstorableFaults(root: unknown, at = ""): Fault[] {
  const faults: Fault[] = [];
  const open: Place[] = [{ value: root, pointer: at, depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, pointer, depth } = place;
    if (typeof value === "string" && !isStorable(value)) {
      faults.push({ pointer, detail: "The text has a NUL character or half of a surrogate pair. Remove it." });
    }
    if (typeof value !== "object" || value === null) continue;
    if (depth === MAX_DEPTH) {
      return [{ pointer: at, detail: `The value is nested deeper than ${MAX_DEPTH} levels. Flatten it.` }];
    }
    for (const [name, member] of Object.entries(value)) {
      if (name === "__proto__") {
        faults.push({ pointer, detail: "A member cannot be called __proto__. Remove it." });
        continue;
      }
      if (!isStorable(name)) {
        faults.push({ pointer, detail: "A member's name has a NUL character or half of a surrogate pair. Remove it." });
        continue;
      }
      open.push({ value: member, pointer: `${pointer}/${escapeToken(name)}`, depth: depth + 1 });
    }
  }
  return faults;
}

export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** One step of a JSON pointer (RFC 6901, section 3). */
export function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}
