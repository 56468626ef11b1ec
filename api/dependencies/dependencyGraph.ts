/** What each stack set takes outputs of, by name. */
export type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * The way back from `to` to `from`, when `from` is to take an output of `to`: the cycle that would be closed, both ends being
 * `from`. Undefined when there is none. Of several the shortest, so that the message is short.
 */
export function cycleThrough(
  edges: Edges,
  { from, to }: { readonly from: string; readonly to: string },
): readonly string[] | undefined {
  const open: (readonly string[])[] = [[from, to]];
  const seen = new Set<string>();
  for (const way of open) {
    const last = way.at(-1) ?? from;
    if (last === from) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of edges.get(last) ?? []) open.push([...way, next]);
  }
  return undefined;
}
