import { gunzipSync } from "node:zlib";
import { type ArtefactFile, digestOfFiles } from "./artefactFile.ts";
import { tarball } from "./tarball.ts";

/** Bytes of a packed archive: in base64 it goes into one request body. */
export const ARCHIVE_BYTES = 700_000;
const UNPACKED_BYTES = 8 * 1024 * 1024;
const MOST_FILES = 2_000;
const LONGEST_PATH = 200;
const BLOCK = 512;

/** An archive that is not taken; the message says which entry, what is wrong with it, and what to do. */
export class ArchiveError extends Error {
  readonly code = "bad-archive";
}

/** A gzipped tar archive, the same byte for byte for the same files. */
export function packFiles(files: readonly ArtefactFile[]): Buffer {
  return tarball(files.toSorted((one, other) => (one.path < other.path ? -1 : 1)));
}

/**
 * The files of an archive that anybody may have made, in memory; nothing is written anywhere.
 *
 * @throws ArchiveError for an archive over the limits (700,000 bytes packed, 8 MiB unpacked, 2,000 files), and for everything in it that
 * is not a plain file with a path that stays inside: links, devices, `..`, absolute paths, two files of one path.
 */
export function unpackFiles(archive: Buffer): readonly ArtefactFile[] {
  if (archive.length > ARCHIVE_BYTES) {
    throw new ArchiveError(
      `The archive has ${archive.length} bytes, and at most ${ARCHIVE_BYTES} are taken: leave files out.`,
    );
  }
  const files: ArtefactFile[] = [];
  for (const { path, type, content } of readTar(gunzip(archive))) {
    refuseType(path, type);
    refusePath(path);
    files.push({ path, content });
    if (files.length > MOST_FILES) throw new ArchiveError(`The archive has over ${MOST_FILES} files: leave some out.`);
  }
  refuseCollisions(files);
  return files;
}

interface ReadEntry extends ArtefactFile {
  /** Of IEEE Std 1003.1: `0` or nothing for a plain file. */
  readonly type: string;
}

/**
 * The entries of a tar archive that anybody may have made, with paths and types as they stand there.
 *
 * @throws ArchiveError for headers that are damaged, and for an archive that ends too early.
 */
export function* readTar(tar: Buffer): Generator<ReadEntry> {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { path, type, size } = readHeader(header);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new ArchiveError(`The archive ends in the middle of ${path}: pack it again.`);
    yield { path, type, content };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/**
 * The files of an archive that is said to be the artefact with this digest.
 *
 * @throws ArchiveError when it is another.
 */
export function unpackArtefact(archive: Buffer, digest: string): readonly ArtefactFile[] {
  const files = unpackFiles(archive);
  const found = digestOfFiles(files);
  if (found === digest) return files;
  throw new ArchiveError(`The archive holds the artefact ${found}, not ${digest}: give the digest that belongs to it.`);
}

function gunzip(archive: Buffer): Buffer {
  try {
    return gunzipSync(archive, { maxOutputLength: UNPACKED_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // zlib throws system errors only
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new ArchiveError(`Unpacked, the archive has over ${UNPACKED_BYTES} bytes: leave files out.`);
    }
    throw new ArchiveError(
      `The archive is no gzipped tar (${message}): pack the folder with meridian blueprint publish.`,
    );
  }
}

/** The fields of IEEE Std 1003.1, pax, "ustar Interchange Format". */
function readHeader(header: Buffer): { readonly path: string; readonly type: string; readonly size: number } {
  const text = (from: number, length: number): string =>
    header.toString("utf8", from, from + length).replace(/\0[\s\S]*$/, "");
  const octal = (from: number, length: number): number => {
    const digits = text(from, length).trim();
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  };
  const prefix = text(345, 155);
  const path = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  const size = octal(124, 12);
  if (octal(148, 8) !== sum || !Number.isSafeInteger(size)) {
    throw new ArchiveError("The archive's headers are damaged: pack it again.");
  }
  return { path, type: text(156, 1), size };
}

function refuseType(path: string, type: string): void {
  if (type === "0" || type === "") return;
  throw new ArchiveError(
    `${JSON.stringify(path)} is no plain file (type ${JSON.stringify(type)}): links, folders and devices are not taken.`,
  );
}

function refusePath(path: string): void {
  const segments = path.split("/");
  const plain = segments.every((segment) => /^[A-Za-z0-9_@+.-]+$/.test(segment) && !/^\.+$/.test(segment));
  if (plain && path.length <= LONGEST_PATH && !segments.some((segment) => segment.toLowerCase() === "node_modules"))
    return;
  const rule = `letters, digits and _@+.- between slashes, no "..", no node_modules, at most ${LONGEST_PATH} characters`;
  throw new ArchiveError(`The path ${JSON.stringify(path)} is not taken: relative paths of ${rule}.`);
}

/** Some file systems do not tell case; and what is a file cannot be a folder as well. */
function refuseCollisions(files: readonly ArtefactFile[]): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    const folded = path.toLowerCase();
    if (paths.has(folded)) throw new ArchiveError(`The archive has ${path} twice: rename one.`);
    paths.add(folded);
  }
  for (const path of paths) {
    const above = path
      .split("/")
      .slice(0, -1)
      .map((_, index, all) => all.slice(0, index + 1).join("/"));
    const both = above.find((folder) => paths.has(folder));
    if (both !== undefined) throw new ArchiveError(`The archive has ${both} as a file and as a folder: rename one.`);
  }
}
