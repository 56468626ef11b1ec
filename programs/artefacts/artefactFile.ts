import { createHash } from "node:crypto";

/** One file of an artefact. */
export interface ArtefactFile {
  /** Relative to the artefact's root, with forward slashes. */
  readonly path: string;
  readonly content: Buffer;
}

/**
 * The identity of an artefact: `sha256:` and 64 hexadecimal digits over the paths and contents of its files, whatever their order and
 * however they were packed.
 */
export function digestOfFiles(files: readonly ArtefactFile[]): string {
  const hash = createHash("sha256");
  for (const { path, content } of files.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** The text of one of the files; undefined when there is none of that path. */
export function textOf(files: readonly ArtefactFile[], path: string): string | undefined {
  return files.find((file) => file.path === path)?.content.toString("utf8");
}
