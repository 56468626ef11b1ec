import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { unpackArtefact } from "../programs/artefacts/archive.ts";
import { type ArtefactFile, digestOfFiles, textOf } from "../programs/artefacts/artefactFile.ts";
import type { InstalledModules } from "./installedModules.ts";
import { listFiles } from "./listFiles.ts";

/** An artefact on this host's disk, with its modules. */
export interface ArtefactFolder {
  readonly folder: string;
  /** `shared`: those of this checkout, which agree with the artefact's lock. */
  readonly modules: "shared" | "own";
}

export interface ArtefactFolders {
  /**
   * The folder of an artefact, fetched, verified and unpacked when it is not there.
   *
   * @throws Error, in words for the person who asked for the operation, when it cannot be had.
   */
  prepare(digest: string): Promise<ArtefactFolder>;
}

interface ArtefactFolderDeps {
  /** Absolute; the host's alone. */
  readonly root: string;
  readonly fetchArchive: (digest: string) => Promise<Buffer>;
  readonly modules: InstalledModules;
}

const MODULES = "node_modules";

/** Unpacked once a host, and compared with its digest once a life of the host: a folder that was changed is fetched anew. */
export function createArtefactFolders({ root, fetchArchive, modules }: ArtefactFolderDeps): ArtefactFolders {
  const prepared = new Map<string, Promise<ArtefactFolder>>();

  async function prepare(digest: string): Promise<ArtefactFolder> {
    const folder = path.join(root, folderName(digest));
    const present = await listFiles(folder, MODULES);
    const whole = present !== undefined && digestOfFiles(present) === digest;
    const files = whole ? present : unpackArtefact(await fetchArchive(digest), digest);
    if (!whole) await replaceFolder(root, folder, files);
    await rm(path.join(folder, MODULES), { force: true });
    const lock = textOf(files, "package-lock.json");
    if (lock === undefined) return { folder, modules: "shared" }; // a pack of compiled rules needs none
    const found = await modules.folderFor(lock);
    await symlink(found.folder, path.join(folder, MODULES));
    return { folder, modules: found.whose };
  }

  return {
    prepare(digest) {
      const known = prepared.get(digest) ?? prepare(digest);
      prepared.set(digest, known);
      known.catch(() => prepared.delete(digest)); // the next job makes another try
      return known;
    },
  };
}

function folderName(digest: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hex !== undefined) return hex;
  throw new Error(`${digest} is no digest of an artefact. Move the stack set to another one: PATCH it with "latest".`);
}

/** Moved into place when it is whole, so that nobody finds half of one. */
async function replaceFolder(root: string, folder: string, files: readonly ArtefactFile[]): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const unfinished = await mkdtemp(path.join(root, `.unpacking-${process.pid}-`));
  for (const { path: at, content } of files) {
    const file = path.join(unfinished, ...at.split("/"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}
