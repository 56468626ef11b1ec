import { readFile } from "node:fs/promises";
import path from "node:path";

export interface Dependency {
  readonly name: string;
  readonly version: string;
}

const INSTALLED = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/;

/** The packages of a program with their installed versions, for `pulumi about`; an empty list where nothing is installed. */
export async function programDependencies(folder: string, transitive: boolean): Promise<readonly Dependency[]> {
  const manifest = await readJson(path.join(folder, "package.json"));
  // npm's own record of what it installed.
  const record = await readJson(path.join(folder, "node_modules", ".package-lock.json"));
  const direct = new Set([
    ...Object.keys(part(manifest, "dependencies")),
    ...Object.keys(part(manifest, "devDependencies")),
  ]);
  return Object.entries(part(record, "packages")).flatMap(([place, details]) => {
    const name = INSTALLED.exec(place)?.[1];
    if (name === undefined || (!transitive && !direct.has(name))) return [];
    const { version } = part({ details }, "details");
    return typeof version === "string" ? [{ name, version }] : [];
  });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

function part(value: unknown, key: string): Record<string, unknown> {
  const found =
    typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;
  return typeof found === "object" && found !== null ? found : {};
}
