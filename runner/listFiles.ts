import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { ArtefactFile } from "../programs/artefacts/artefactFile.ts";

/** The files of a folder, without those in the entry `except` at its top; undefined when there is no folder, or something else in it. */
export async function listFiles(folder: string, except: string): Promise<readonly ArtefactFile[] | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  const pathOf = (entry: (typeof entries)[number]) => path.relative(folder, path.join(entry.parentPath, entry.name));
  const inside = entries.filter((entry) => !entry.isDirectory() && pathOf(entry).split(path.sep)[0] !== except);
  if (!inside.every((entry) => entry.isFile())) return undefined;
  return Promise.all(
    inside.map(async (entry) => ({
      path: pathOf(entry).replaceAll(path.sep, "/"),
      content: await readFile(path.join(folder, pathOf(entry))),
    })),
  );
}
