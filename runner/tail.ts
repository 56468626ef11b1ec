export interface Tail {
  push(text: string): void;
  text(): string;
}

/** Keeps the last `limit` characters of a stream of text, in at most twice that much memory. */
export function createTail(limit: number): Tail {
  let kept = "";
  return {
    push(text) {
      kept += text;
      if (kept.length > 2 * limit) kept = kept.slice(-limit);
    },
    text: () => kept.slice(-limit),
  };
}
