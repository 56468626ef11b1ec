import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ChainHead } from "./chain.ts";

/** A head as it is kept elsewhere. */
export interface KeptHead extends ChainHead {
  /** RFC 3339: when it was written. */
  readonly at: string;
  /** The head that was written there before it, so that one that is taken away is missed; absent for the first. */
  readonly before?: ChainHead;
}

/** Where heads are kept, out of reach of whoever owns the database. Nothing in it is ever changed. */
export interface HeadsPlace {
  /** The one that was written last; undefined where there is none, or the place cannot tell. */
  last(): Promise<KeptHead | undefined>;
  append(head: KeptHead): Promise<void>;
}

/** @param setting `stdout`, the path of a folder with a `/` at its end, or the path of a file */
export function openHeadsPlace(setting: string): HeadsPlace {
  if (setting === "stdout") return standardOutput();
  return setting.endsWith("/") ? folder(setting) : file(setting);
}

const link = z.object({ position: z.int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
const keptHead = link.extend({ at: z.iso.datetime(), before: link.exactOptional() });

/** The head that a line tells; undefined for any other line, one cut off included. */
function headIn(line: string): KeptHead | undefined {
  try {
    return keptHead.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // cut off, or somebody else's line
  }
}

const lineOf = (head: KeptHead): string => `${JSON.stringify(head)}\n`;

/** Longer than several lines. */
const TAIL_BYTES = 4_096;
const NEWLINE = 0x0a;

function file(at: string): HeadsPlace {
  return {
    async last() {
      const tail = await readTail(at);
      return tail
        .split("\n")
        .map(headIn)
        .findLast((head) => head !== undefined);
    },
    async append(head) {
      const opened = await open(at, "a+", 0o600);
      try {
        const { size } = await opened.stat();
        const end = Buffer.alloc(1);
        if (size > 0) await opened.read(end, 0, 1, size - 1);
        // A line that a full disk or a crash cut off must not take the next one with it.
        const torn = size > 0 && end[0] !== NEWLINE;
        await opened.appendFile(torn ? `\n${lineOf(head)}` : lineOf(head));
        await opened.datasync();
      } finally {
        await opened.close();
      }
    },
  };
}

async function readTail(at: string): Promise<string> {
  const opened = await open(at, "r").catch(unlessAbsent);
  if (opened === undefined) return "";
  try {
    const { size } = await opened.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await opened.read(tail, 0, tail.length, size - tail.length);
    return tail.toString("utf8");
  } finally {
    await opened.close();
  }
}

/**
 * An object store that is mounted as a folder, best one that keeps what is written: one file for each head, never written
 * twice. Names sort by time, because after a restore positions begin again lower.
 */
function folder(at: string): HeadsPlace {
  return {
    async last() {
      const names = (await readdir(at).catch(unlessAbsent)) ?? [];
      const newest = names
        .filter((name) => name.endsWith(".json"))
        .toSorted()
        .at(-1);
      return newest === undefined ? undefined : headIn(await readFile(path.join(at, newest), "utf8"));
    },
    async append(head) {
      await mkdir(at, { recursive: true, mode: 0o700 });
      const name = `${head.at.replaceAll(/[-:]/g, "")}-${String(head.position).padStart(12, "0")}.json`;
      await writeFile(path.join(at, name), lineOf(head), { flag: "wx", mode: 0o600, flush: true });
    },
  };
}

/** For a service whose standard output is collected elsewhere; it cannot be read back. */
function standardOutput(): HeadsPlace {
  let written: KeptHead | undefined;
  return {
    last: async () => written,
    async append(head) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      process.stdout.write(lineOf(head), (error) => (error ? reject(error) : resolve()));
      await promise;
      written = head;
    },
  };
}

function unlessAbsent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined; // not there yet
  throw error;
}
