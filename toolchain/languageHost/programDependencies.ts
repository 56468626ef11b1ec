import { readFile } from "node:fs/promises";
import path from "node:path";

export interface Dependency {
  readonly name: string;
  readonly version: string;
}

const INSTALLED = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/;

/** The packages of a program with their installed versions, for `pulumi about`; an empty list where nothing is installed. */
export async function programDependencies(folder: string, transitive: boolean): Promise<readonly Dependency[]> {
  const names = transitive ? await installedNames(folder) : await declaredNames(folder);
  const found = await Promise.all(names.map((name) => installed(folder, name)));
  return found.filter((dependency) => dependency !== undefined);
}

async function declaredNames(folder: string): Promise<readonly string[]> {
  const manifest = await readJson(path.join(folder, "package.json"));
  return [...Object.keys(part(manifest, "dependencies")), ...Object.keys(part(manifest, "devDependencies"))];
}

/** From npm's own record of what it installed. */
async function installedNames(folder: string): Promise<readonly string[]> {
  const record = await readJson(path.join(folder, "node_modules", ".package-lock.json"));
  return Object.keys(part(record, "packages")).flatMap((place) => INSTALLED.exec(place)?.[1] ?? []);
}

async function installed(folder: string, name: string): Promise<Dependency | undefined> {
  const { version } = part(
    { manifest: await readJson(path.join(folder, "node_modules", name, "package.json")) },
    "manifest",
  );
  return typeof version === "string" ? { name, version } : undefined;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** The object found under a key, empty when there is none: manifests are other people's files. */
function part(value: unknown, key: string): Record<string, unknown> {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "object" && found !== null ? { ...found } : {};
}
