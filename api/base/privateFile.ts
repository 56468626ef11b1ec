import { readFileSync, statSync } from "node:fs";

interface FileFacts {
  readonly mode: number;
  readonly uid: number;
}

/**
 * Reads a file that holds a key. One that others may read or that somebody else owns is refused, for then the key has to
 * count as known.
 *
 * @throws Error that names the file, what is wrong with it, and the command that mends it.
 */
export function readPrivateFile(file: string): string {
  const fault = faultOfPrivacy(file, statSync(file), process.getuid?.());
  if (fault !== undefined) throw new Error(fault);
  return readFileSync(file, "utf8");
}

/** @param own the user of this process; undefined on systems without users, where only the mode can be looked at */
export function faultOfPrivacy(file: string, { mode, uid }: FileFacts, own: number | undefined): string | undefined {
  if (own !== undefined && uid !== own && uid !== 0)
    return `${file} belongs to the user ${uid}, who may read it; this process is the user ${own}. Set the owner with chown ${own}, and consider the key known.`;
  if ((mode & 0o077) === 0) return undefined;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  return `${file} has mode ${shown}: others may read it. Set it with chmod 600, and consider the key known.`;
}
