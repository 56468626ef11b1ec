import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The rooms whose content decides what a rule says; the second is what rules on cost reckon with. */
const rooms = [import.meta.dirname, path.join(import.meta.dirname, "..", "pricing")];
let known: string | undefined;

/** The digest of the rules of this checkout, by which two of them are known to judge alike. Read once. */
export function packDigest(): string {
  known ??= digestOf(rooms.filter((room) => existsSync(room)));
  return known;
}

function digestOf(folders: readonly string[]): string {
  const digest = createHash("sha256");
  for (const folder of folders)
    for (const file of filesOf(folder)) {
      const content = readFileSync(path.join(folder, file));
      digest.update(`${path.basename(folder)}/${file}\0${content.length}\0`).update(content);
    }
  return `sha256:${digest.digest("hex")}`;
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)).replaceAll(path.sep, "/"))
    .toSorted();
