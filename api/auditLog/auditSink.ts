import { open } from "node:fs/promises";
import { z } from "zod";
import type { ChainedRecord, ChainHead } from "../chain/chain.ts";

/** Where records go, line by line, besides the database. */
export interface LineSink {
  /** Under which the database remembers how far it has come. */
  readonly name: string;
  /** Resolves when the lines are handed over for good; rejects when they are not known to be. */
  append(lines: string): Promise<void>;
  /** The last record that the sink itself knows it has; undefined when it cannot tell. */
  lastRecord(): Promise<ChainHead | undefined>;
}

/** @param setting `stdout`, or the path of a file */
export function createLineSink(setting: string): LineSink {
  return setting === "stdout" ? standardOutput() : fileSink(setting);
}

/** A record as one line of JSON, with all of which its hash is made. */
export function lineOf({ hash, ...content }: ChainedRecord): string {
  return `${JSON.stringify({ ...content, hash: hash.toString("hex") })}\n`;
}

/** Longer than the longest line there is. */
const TAIL_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** Opened anew for each batch, so that a file that was moved away by a rotation is followed by a new one, without a signal. */
function fileSink(path: string): LineSink {
  return {
    name: `file:${path}`,
    async append(lines) {
      const file = await open(path, "a+", 0o600);
      try {
        const { size } = await file.stat();
        const last = Buffer.alloc(1);
        if (size > 0) await file.read(last, 0, 1, size - 1);
        // A line that a full disk or a crash cut off must not take the next one with it.
        const torn = size > 0 && last[0] !== NEWLINE;
        await file.appendFile(torn ? `\n${lines}` : lines);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async lastRecord() {
      const tail = await readTail(path);
      return tail
        .split("\n")
        .map(headIn)
        .findLast((head) => head !== undefined);
    },
  };
}

async function readTail(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      await file.read(tail, 0, tail.length, size - tail.length);
      return tail.toString("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return ""; // not there yet, or just rotated away
    throw error;
  }
}

const headLine = z.object({ position: z.int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** The head that a line tells; undefined for any other line, one cut off included. */
function headIn(line: string): ChainHead | undefined {
  try {
    return headLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // cut off, or somebody else's line
  }
}

/** Milliseconds in which whoever reads standard output should have taken a batch. */
const TAKEN_WITHIN_MS = 5_000;

function standardOutput(): LineSink {
  let busy = false;
  return {
    name: "stdout",
    async append(lines) {
      // What was not taken waits in memory already; nothing is added to it.
      if (busy) throw new Error("nobody reads the standard output");
      busy = true;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = setTimeout(() => reject(new Error("nobody reads the standard output")), TAKEN_WITHIN_MS);
      process.stdout.write(lines, (error) => {
        busy = false;
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
      await promise;
    },
    lastRecord: async () => undefined,
  };
}
