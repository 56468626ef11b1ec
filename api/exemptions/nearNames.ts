const MOST_SHOWN = 3;
/** Longer texts are nobody's slip of the pen, and comparing them takes long. */
const LONGEST = 100;

/** The names that a misspelt one may mean, the nearest first: those that a third of its letters, changed, leads to. */
export function nearNames(text: string, names: readonly string[]): readonly string[] {
  if (text.length > LONGEST) return [];
  return names
    .map((name) => ({ name, changes: changesBetween(text, name) }))
    .filter(({ name, changes }) => changes <= Math.max(text.length, name.length) / 3)
    .toSorted((one, other) => one.changes - other.changes)
    .slice(0, MOST_SHOWN)
    .map(({ name }) => name);
}

/** Insertions, removals and exchanges of one letter that lead from one text to the other (Levenshtein's distance). */
function changesBetween(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const next = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const exchanged = (before[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(exchanged, (before[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    before = next;
  }
  return before[to.length] ?? 0;
}
