import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type BlueprintName, catalog } from "./catalog.ts";

/** The packages whose exact version is part of what a blueprint builds. */
const packages = ["@pulumi/aws", "@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/random", "zod"] as const;

const digests = new Map<BlueprintName, string>();

/**
 * The identity of a blueprint as it stands here: `sha256:` and 64 hexadecimal digits over its sources and the exact versions of its
 * packages in the lock file. The same on every machine; computed once a process. Throws when the lock file lacks a package.
 */
export function artefactDigest(name: BlueprintName): string {
  const known = digests.get(name);
  if (known !== undefined) return known;
  const digest = digestOf(sourcesOf(name), packageVersions());
  digests.set(name, digest);
  return digest;
}

export interface ArtefactFile {
  /** Relative to programs/, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The digest over files and `name@version` texts, whatever their order and line ends. */
export function digestOf(files: readonly ArtefactFile[], versions: readonly string[]): string {
  const hash = createHash("sha256");
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  for (const { path, text } of sorted) {
    const content = text.replaceAll("\r\n", "\n");
    hash.update(`${path}\0${Buffer.byteLength(content)}\0${content}`);
  }
  for (const version of versions.toSorted()) hash.update(`${version}\0`);
  return `sha256:${hash.digest("hex")}`;
}

/** All sources of the room except those in the folders of other blueprints. */
export function sourcesOf(name: BlueprintName): readonly ArtefactFile[] {
  const room = new URL("./", import.meta.url);
  const others = Object.keys(catalog.blueprints).filter((other) => other !== name);
  return readdirSync(room, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !others.some((other) => path.startsWith(`${other}/`)))
    .map((path) => ({ path, text: readFileSync(new URL(path, room), "utf8") }));
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

function packageVersions(): readonly string[] {
  const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as LockFile; // npm's own file, format 3
  return packages.map((name) => {
    const version = lock.packages[`node_modules/${name}`]?.version;
    if (version === undefined) throw new Error(`package-lock.json has no version of ${name}: run npm install`);
    return `${name}@${version}`;
  });
}
