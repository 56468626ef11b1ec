/** Reads JSON, or says where in the text it is none: `line 3, column 7: …`. The text itself is not repeated. */
export function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    const at = firstFault(text);
    const before = text.slice(0, at).split("\n");
    const what = at >= text.length ? "the text ends too early" : "this is no JSON";
    return { fault: `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}: ${what}` };
  }
}

const space = /[\t\n\r ]*/y;
const scalar =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them in a text.
  /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/** Where the first thing stands that JSON does not have there. The engine says so for some faults only. */
function firstFault(text: string): number {
  let at = 0;
  const open: ("{" | "[")[] = [];
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return false;
    at += found[0].length;
    return found[0] !== "";
  };
  const take = (character: string): boolean => {
    skip(space);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const key = (): boolean => {
    skip(space);
    return text[at] === '"' && skip(scalar) && take(":");
  };
  for (;;) {
    skip(space);
    // A value, or the beginning of one.
    if (take("{")) {
      open.push("{");
      if (!take("}")) {
        if (!key()) return at;
        continue;
      }
      open.pop();
    } else if (take("[")) {
      open.push("[");
      if (!take("]")) continue;
      open.pop();
    } else if (!skip(scalar)) return at;
    // What may follow it.
    for (;;) {
      const inside = open.at(-1);
      skip(space);
      if (inside === undefined) return at;
      if (take(",")) {
        if (inside === "{" && !key()) return at;
        break;
      }
      if (!take(inside === "{" ? "}" : "]")) return at;
      open.pop();
    }
  }
}
