import type { Readable } from "node:stream";

interface Lines {
  /** Bytes that come without an end of line before `onTooLong`. */
  readonly longest: number;
  readonly onLine: (line: string) => void;
  /** Called once; nothing is read after it. */
  readonly onTooLong: () => void;
}

/** Reads lines of somebody who may write without end. */
export function readLines(stream: Readable, { longest, onLine, onTooLong }: Lines): void {
  let parts: Buffer[] = [];
  let length = 0;
  let over = false;
  stream.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf("\n"); at !== -1 && !over; at = chunk.indexOf("\n", from)) {
      onLine(Buffer.concat([...parts, chunk.subarray(from, at)]).toString("utf8"));
      parts = [];
      length = 0;
      from = at + 1;
    }
    if (over) return;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length <= longest) return;
    over = true;
    parts = [];
    onTooLong();
  });
}
