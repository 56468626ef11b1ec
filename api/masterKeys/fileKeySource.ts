import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readPrivateFile } from "../base/privateFile.ts";
import { KEY_BYTES, type KeySource } from "./keySource.ts";
import { rootKeys } from "./rootKeys.ts";

/**
 * Root keys in the data folder's `master.key`, which the first start makes.
 *
 * @throws Error that names the file, when others may read it or it holds no key
 */
export async function fileKeySource(dataDir: string): Promise<KeySource> {
  const file = path.join(dataDir, "master.key");
  const made = await makeOnce(file);
  return rootKeys(readPrivateFile(file), { name: "file", madeAt: made ? file : undefined, where: `the file ${file}` });
}

async function makeOnce(file: string): Promise<boolean> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${randomBytes(KEY_BYTES).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false; // made by an earlier start, or by another process now
    throw error;
  }
}
