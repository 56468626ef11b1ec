import { z } from "zod";

const entry = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});

/** npm's package-lock.json, of format 2 or 3. */
export const packageLock = z.looseObject({
  lockfileVersion: z.union([z.literal(2), z.literal(3)], { error: "write it with npm 7 or newer" }),
  packages: z.record(z.string(), entry),
});
export type PackageLock = z.output<typeof packageLock>;
type Entry = z.output<typeof entry>;

const MODULES = "node_modules/";

/** Whether what is installed is, for every package of the lock that is needed there, the same to the byte. */
export function agrees(lock: PackageLock, installed: PackageLock): boolean {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === "" || wanted["dev"] === true) return true;
    const found = installed.packages[path];
    if (found === undefined) return wanted["optional"] === true || wanted["peer"] === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * The lock of these packages alone, with all that they need, as it stands in a larger lock.
 *
 * @throws Error when the larger one lacks one of them.
 */
export function lockOf(lock: PackageLock, names: readonly string[]): PackageLock {
  const kept = new Map<string, Entry>();
  const queue = names.map((name) => ({ from: "", name, needed: true }));
  for (const { from, name, needed } of queue) {
    const path = resolve(lock, from, name);
    const found = path === undefined ? undefined : lock.packages[path];
    if (path === undefined || found === undefined) {
      if (needed) throw new Error(`package-lock.json has no version of ${name}: run npm install`);
      continue;
    }
    if (kept.has(path)) continue;
    const { dev: _dev, devOptional: _devOptional, peer: _peer, extraneous: _extraneous, ...rest } = found;
    kept.set(path, rest);
    for (const next of needsOf(found)) queue.push({ from: path, ...next });
  }
  const dependencies = Object.fromEntries(
    names.toSorted().map((name) => [name, lock.packages[`${MODULES}${name}`]?.version ?? ""]),
  );
  const packages = Object.fromEntries([...kept].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return { lockfileVersion: 3, requires: true, packages: { "": { dependencies }, ...packages } };
}

function needsOf({ dependencies, optionalDependencies, peerDependencies }: Entry) {
  const names = (of: Readonly<Record<string, string>> = {}) => Object.keys(of);
  return [
    ...names(dependencies).map((name) => ({ name, needed: true })),
    ...names(optionalDependencies).map((name) => ({ name, needed: false })),
    ...names(peerDependencies).map((name) => ({ name, needed: false })),
  ];
}

/** Where Node finds the package that one at `from` asks for: beside it, or in a folder above. */
function resolve({ packages }: PackageLock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${MODULES.slice(0, -1)}`)))) {
    const path = folder === "" ? `${MODULES}${name}` : `${folder}/${MODULES}${name}`;
    if (Object.hasOwn(packages, path)) return path;
    if (folder === "") return undefined;
  }
}

const REGISTRY = "https://registry.npmjs.org/";
const NAME = "(?:@[a-z0-9~-][\\w.~-]*/)?[a-zA-Z0-9~-][\\w.~-]*";
const PLACE = new RegExp(`^${MODULES}${NAME}(?:/${MODULES}${NAME})*$`);
const VERSION = /^\d+\.\d+\.\d+[\w.+-]*$/;
/** Versions of a package of the registry, perhaps under another name; npm fetches whatever else stands there: repositories, URLs, folders. */
const RANGE = new RegExp(`^(?:npm:${NAME}@)?(?!\\.)[\\w\\s.<>=^~|*+-]*$`);

/**
 * What keeps packages of a lock from being installed anywhere, to the byte: each must be a package of the registry with its digest. The
 * host's npm may be set to another registry that has the same bytes. The texts end in what to do.
 */
export function lockFaults({ packages }: PackageLock): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const foreign = foreignNeeds(path, entry);
    if (path === "" || foreign.length > 0) return foreign;
    const { version, resolved, integrity, link } = entry;
    const name = path.slice(path.lastIndexOf(MODULES) + MODULES.length);
    if (link === true || !path.startsWith(MODULES))
      return [`${path} is a folder of the project: publish it as a package`];
    if (!PLACE.test(path)) return [`${JSON.stringify(path)} is no place of a package: run npm install`];
    if (!VERSION.test(version ?? "") || !/^sha512-/.test(integrity ?? "")) {
      return [`${name} has no version with a sha512 digest: run npm install with the registry`];
    }
    if (resolved !== undefined && !resolved.startsWith(REGISTRY))
      return [`${name} comes from ${resolved}: take it from ${REGISTRY}`];
    return [];
  });
}

function foreignNeeds(path: string, entry: Entry): readonly string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = entry;
  const needs = [dependencies, devDependencies, optionalDependencies, peerDependencies].flatMap((each = {}) =>
    Object.entries(each),
  );
  const who = path === "" ? "package.json" : path;
  return needs.flatMap(([name, wanted]) =>
    RANGE.test(wanted) && !/\.(?:tgz|tar|tar\.gz)$/i.test(wanted)
      ? []
      : [`${who} asks for ${name} from ${wanted}: take a version of it from ${REGISTRY}`],
  );
}

/**
 * The two files that npm installs a lock from, made of the lock alone: what else a project may say (scripts, workspaces, overrides, other
 * dependencies than the lock's) can make npm fetch and run what no digest is known of.
 */
export function installFiles({ packages }: PackageLock): { readonly manifest: string; readonly lock: string } {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = packages[""] ?? {};
  const top = { dependencies, devDependencies, optionalDependencies, peerDependencies };
  const lock = { lockfileVersion: 3, requires: true, packages: { ...packages, "": top } };
  return { manifest: JSON.stringify({ private: true, ...top }), lock: JSON.stringify(lock) };
}
