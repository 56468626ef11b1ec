import { access, constants, realpath } from "node:fs/promises";
import path from "node:path";

/**
 * The executables of a name in the folders of a PATH, in its order, links resolved, each once. Package managers link into
 * one folder what lies together in another, and the engine looks for its language host where it really lies.
 */
export async function findOnPath(name: string, pathList: string | undefined): Promise<readonly string[]> {
  const folders = (pathList ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const found = await Promise.all(folders.map((folder) => executable(path.join(folder, name))));
  return [...new Set(found.filter((file) => file !== undefined))];
}

async function executable(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK);
    return await realpath(file);
  } catch {
    return undefined;
  }
}
