/** A pattern holds at most this many characters, so that matching stays cheap whatever it is. */
export const LONGEST_PATTERN = 200;

/**
 * Whether a text fits a pattern in which `*` stands for any characters but `/`, `**` for any characters, and everything
 * else for itself. Takes pattern length times text length at most: a regular expression made of many stars does not.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\*\*+|./gs) ?? [];
  // reached[i]: the tokens so far can end just before the text's character i.
  let reached: readonly boolean[] = [true, ...text.split("").map(() => false)];
  for (const token of tokens)
    reached = token.startsWith("*") ? starred(reached, text, token) : plain(reached, text, token);
  return reached[text.length] === true;
}

function plain(before: readonly boolean[], text: string, token: string): readonly boolean[] {
  return before.map((_, index) => index > 0 && before[index - 1] === true && text[index - 1] === token);
}

function starred(before: readonly boolean[], text: string, token: string): readonly boolean[] {
  let open = false;
  return before.map((ends, index) => {
    const crosses = index > 0 && (token !== "*" || text[index - 1] !== "/");
    open = ends || (open && crosses);
    return open;
  });
}
