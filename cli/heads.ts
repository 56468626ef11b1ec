import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { CliError } from "./cliError.ts";

const link = z.object({ position: z.number().int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
const headLine = link.extend({ at: z.iso.datetime().optional(), before: link.optional() });
type Head = z.output<typeof headLine>;

/** Heads of a chain that were kept elsewhere. */
export interface ReadHeads {
  /** As the service takes them: the last one, and others evenly from it. */
  readonly query: string;
  /** The positions of the heads in it. */
  readonly positions: readonly number[];
  /** Places where a head names another one before it than the one that stands there. */
  readonly gaps: readonly { readonly position: number; readonly detail: string }[];
  /** Lines that are no heads: somebody else's in a log, or cut off. */
  readonly leftAside: number;
  /** The last line has no end and is no head. */
  readonly cutOff: boolean;
}

/** As many heads as one question takes. */
const MOST_HEADS = 100;

/**
 * Reads a file of heads, or a folder with one head in each file. Any one of them tells of a chain that was rewritten before
 * it, and several tell from where on. Each names the one before it, so one that was taken out is missed.
 *
 * @throws CliError `bad-option` where there is no head
 */
export async function readHeads(place: string): Promise<ReadHeads> {
  const lines = await linesOf(place).catch((cause: unknown) => {
    throw new CliError("bad-option", unreadable(place, cause), { cause });
  });
  const written = lines.filter((line) => line.trim() !== "");
  const heads = written.flatMap((line) => headIn(line) ?? []);
  if (heads.length === 0)
    throw new CliError("bad-option", `${place} has no head in it: no line is JSON with position and hash.`);
  const step = Math.max(1, Math.ceil(heads.length / MOST_HEADS));
  const chosen = heads.filter((_, index) => (heads.length - 1 - index) % step === 0);
  return {
    query: chosen.map(textOf).join(","),
    positions: chosen.map(({ position }) => position),
    gaps: heads.flatMap((head, index) => gapBefore(head, heads[index - 1])),
    leftAside: written.length - heads.length,
    cutOff: headIn(lines.at(-1) ?? "") === undefined && lines.at(-1) !== "",
  };
}

function unreadable(place: string, cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  if (code === "ENOENT")
    return `There is no file or folder ${place}. Name where the service writes its heads; if it was there before, its heads are gone.`;
  return `The heads ${place} cannot be read (${code}). Name the file or folder that the service writes, as somebody who may read it.`;
}

async function linesOf(place: string): Promise<readonly string[]> {
  const names = await readdir(place).catch(() => undefined); // a file
  const files = names === undefined ? [place] : names.toSorted().map((name) => path.join(place, name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return texts.flatMap((text) => text.split("\n"));
}

/** A line that was cut off, or is somebody else's, tells nothing. */
function headIn(line: string): Head | undefined {
  try {
    return headLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function textOf({ position, hash, at }: Head): string {
  return at === undefined ? `${position}:${hash}` : `${position}:${hash}:${Date.parse(at)}`;
}

/** A service that cannot read its place back, as standard output, begins with a head that names none. */
function gapBefore({ position, before }: Head, previous: Head | undefined): ReadHeads["gaps"] {
  if (before === undefined || (before.position === previous?.position && before.hash === previous.hash)) return [];
  const detail = `The head of ${position} was written after one of ${before.position}, which is gone from where the heads are kept.`;
  return [{ position: before.position, detail }];
}
