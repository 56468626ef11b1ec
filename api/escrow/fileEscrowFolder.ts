import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { EscrowFolder } from "./escrowFolder.ts";

/** A folder of the file system, on this machine or mounted from another one. */
export function fileEscrowFolder(root: string): EscrowFolder {
  const at = (name: string): string => path.join(root, ...name.split("/"));
  return {
    place: root,

    // Beside its place first, so that whoever looks finds the old file or the new one and never half of it.
    async put(name, bytes) {
      const file = at(name);
      const folder = path.dirname(file);
      const created = await mkdir(folder, { recursive: true, mode: 0o700 });
      const unfinished = `${file}.${randomBytes(6).toString("hex")}.unfinished`;
      try {
        await writeDurably(unfinished, bytes);
        await rename(unfinished, file);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      await syncFolder(folder);
      if (created !== undefined) await syncFolder(path.dirname(created));
    },

    async get(name) {
      try {
        return await readFile(at(name));
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async list(prefix) {
      try {
        return (await readdir(at(prefix))).toSorted();
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    },

    remove: (name) => rm(at(name), { force: true }),
  };
}

async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is durable when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";
