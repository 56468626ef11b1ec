import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { ArtefactFile } from "../../programs/artefacts/artefactFile.ts";
import { readArtefact } from "../../programs/artefacts/artefactManifest.ts";
import { CliError } from "../cliError.ts";

/** What is on people's disks and in no artefact: installed packages, hidden files. */
const left = (name: string): boolean => name === "node_modules" || name.startsWith(".");

/**
 * The files of a blueprint's folder. Nothing of it is run.
 *
 * @throws CliError `bad-blueprint` with every fault, as the service would find them; `bad-option` when there is no such folder.
 */
export async function readArtefactFolder(folder: string): Promise<readonly ArtefactFile[]> {
  const files = await readFolder(folder, "bad-blueprint");
  const read = readArtefact(files);
  if (read.ok) return files;
  const faults = read.faults.map(({ file, message }) => `\n  ${file}: ${message}`);
  throw new CliError("bad-blueprint", `${folder} is no blueprint that can be published:${faults.join("")}`);
}

/**
 * The files of a folder that is to be published.
 *
 * @throws CliError `code` for links and the like; `bad-option` when there is no such folder.
 */
export function readFolder(folder: string, code: "bad-blueprint" | "bad-pack"): Promise<readonly ArtefactFile[]> {
  const filesIn = async (below: string): Promise<readonly ArtefactFile[]> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CliError("bad-option", `the folder cannot be read: ${reason}`, { cause });
    });
    const found = await Promise.all(
      entries
        .filter(({ name }) => !left(name))
        .map(async (entry): Promise<readonly ArtefactFile[]> => {
          const at = below === "" ? entry.name : `${below}/${entry.name}`;
          if (entry.isDirectory()) return filesIn(at);
          if (entry.isFile()) return [{ path: at, content: await readFile(path.join(folder, at)) }];
          throw new CliError(code, `${at} is no plain file: replace links by what they lead to`);
        }),
    );
    return found.flat();
  };
  return filesIn("");
}
