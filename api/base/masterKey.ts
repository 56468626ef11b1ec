import { randomBytes } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

export interface MasterKey {
  /** The version under which new things are sealed. */
  readonly version: number;
  /** @throws Error when there is no key of that version. */
  masterKey(version: number): Buffer;
  /** Where a key was made just now: the operator must be told to back it up. */
  readonly madeAt: string | undefined;
}

const VERSION = 1;
const BYTES = 32;

/**
 * The key that seals all secrets: the setting's, or the data folder's `master.key`, made at the first start. A file that
 * others may read is refused, for then the key has to count as known.
 *
 * @throws Error that names the file, its mode and the command that mends it.
 */
export async function loadMasterKey(given: string | undefined, dataDir: string): Promise<MasterKey> {
  if (given !== undefined) return fixed(Buffer.from(given, "base64"), undefined);
  const file = path.join(dataDir, "master.key");
  const made = await makeOnce(file);
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, "0");
    throw new Error(
      `The master key ${file} has mode ${shown}: others may read it. Set it with chmod 600, and consider the key known.`,
    );
  }
  const key = Buffer.from((await readFile(file, "utf8")).trim(), "base64");
  if (key.length !== BYTES)
    throw new Error(`The master key ${file} holds ${key.length} bytes; it must be ${BYTES} in base64.`);
  return fixed(key, made ? file : undefined);
}

async function makeOnce(file: string): Promise<boolean> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${randomBytes(BYTES).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false; // made by an earlier start, or by another process now
    throw error;
  }
}

function fixed(key: Buffer, madeAt: string | undefined): MasterKey {
  return {
    version: VERSION,
    madeAt,
    masterKey(version) {
      if (version === VERSION) return key;
      throw new Error(`There is no master key of version ${version}; this process has version ${VERSION}.`);
    },
  };
}
