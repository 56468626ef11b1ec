import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { type TarEntry, tarball } from "../../programs/artefacts/tarball.ts";

export interface BuiltPack {
  readonly name: string;
  /** Version of the rules and, after it, of everything that is in the archive: what differs has another one. */
  readonly version: string;
  readonly archive: Buffer;
}

const run = promisify(execFile);
const manifest = z.object({ name: z.string(), version: z.string() });
const loadedFiles = z.array(z.object({ file: z.string(), text: z.string() }));
type LoadedFile = z.output<typeof loadedFiles>[number];
const SERVER = "analyzer";
const LIBRARY = "package/lib";

/**
 * Makes the policy pack as an archive that needs nothing from anywhere: the rules with their types erased, and of the packages
 * they stand on the files that are loaded. A pack's server is found by the engine's language host as
 * `@pulumi/pulumi/cmd/run-policy-pack`; here that is a few lines in the archive itself, so that Pulumi's SDK stays out.
 *
 * @param policies absolute path of the pack's folder, with `analyzer.ts` in it
 */
export async function buildPack(policies: string, name: string): Promise<BuiltPack> {
  const root = path.dirname(policies);
  const entries = (await filesOf(policies)).map((file) => entryOf(file, root));
  const { version } = manifest.parse(JSON.parse(await readFile(path.join(policies, "package.json"), "utf8")));
  const contents = [...entries, ...frame].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const digest = createHash("sha256");
  for (const { path: at, content } of contents) digest.update(`${at}\0${content.length}\0`).update(content);
  const full = `${version}-${digest.digest("hex").slice(0, 16)}`;
  return { name, version: full, archive: tarball([...contents, ...manifests(name, full)]) };
}

/** What loading and asking the pack reads, and the manifests by which its packages are found. */
async function filesOf(policies: string): Promise<readonly LoadedFile[]> {
  const trace = fileURLToPath(new URL("./tracePack.ts", import.meta.url));
  const { stdout } = await run(process.execPath, [trace, path.join(policies, `${SERVER}.ts`)], {
    env: { NODE_NO_WARNINGS: "1" }, // that erasing types is new in Node need not stand in anybody's log
    timeout: 60_000,
    maxBuffer: 16 * 1024 * 1024,
  });
  const loaded = loadedFiles.parse(JSON.parse(stdout));
  const rooms = packRooms(policies).map((room) => room + path.sep);
  const used = loaded.filter(({ file }) => rooms.some((room) => file.startsWith(room)) || isOfPackage(file));
  const manifests = used
    .map(({ file }) => file)
    .filter(isOfPackage)
    .map(manifestOf);
  const known = new Set(used.map(({ file }) => file));
  const needed = [...manifests, path.join(policies, "package.json"), ...(await priceFiles(policies))];
  const missing = [...new Set(needed)].filter((file) => !known.has(file));
  return [...used, ...(await Promise.all(missing.map(async (file) => ({ file, text: await readFile(file, "utf8") }))))];
}

/** The folders of this repository that the pack is made of: the rules, and what rules on cost reckon with, where it is there. */
export const packRooms = (policies: string): readonly string[] =>
  [policies, path.join(policies, "..", "pricing")].filter((room) => existsSync(room));

/** The price book is read when a price is asked for, which no loader sees. */
async function priceFiles(policies: string): Promise<readonly string[]> {
  const book = path.join(policies, "..", "pricing", "book");
  if (!existsSync(book)) return [];
  return (await readdir(book)).filter((name) => name.endsWith(".json")).map((name) => path.join(book, name));
}

const MODULES = `${path.sep}node_modules${path.sep}`;
const isOfPackage = (file: string): boolean => file.includes(MODULES);

function manifestOf(file: string): string {
  let folder = path.dirname(file);
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return path.join(folder, "package.json");
}

function entryOf({ file, text: content }: LoadedFile, root: string): TarEntry {
  if (isOfPackage(file)) {
    const place = file.slice(file.indexOf(MODULES) + 1).replaceAll(path.sep, "/");
    return { path: `${LIBRARY}/${place}`, content };
  }
  const place = path.relative(root, file).replaceAll(path.sep, "/");
  if (!place.endsWith(".ts")) return { path: `${LIBRARY}/${place}`, content };
  const plain = content.replaceAll(/(\bfrom\s*"\.[^"]*)\.ts"/g, '$1.js"');
  return { path: `${LIBRARY}/${place.slice(0, -".ts".length)}.js`, content: plain };
}

const RUNNER = "package/runner";

const launcher = `"use strict";
// Started by the engine's language host in place of Pulumi's own: prints the port on which it answers.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 10)) {
  console.error("The service's policy pack needs Node 20.10 or newer, and this is " + process.version + ". Install a newer Node.");
  process.exit(1);
}
process.on("SIGINT", () => undefined);
import("../../../lib/policies/${SERVER}.js")
  .then(({ serveAnalyzer }) => serveAnalyzer())
  .then((port) => console.log(String(port)))
  .catch((error) => {
    console.error("The service's policy pack does not start: " + error.message);
    process.exit(1);
  });
`;

/** The same as this repository's own says; a Node that does not find it out by itself takes the files for CommonJS. */
const areModules: TarEntry = { path: `${LIBRARY}/package.json`, content: `${JSON.stringify({ type: "module" })}\n` };

/** npm is run in the unpacked folder by every language host; it finds all it needs there, and must not look elsewhere. */
const frame: readonly TarEntry[] = [
  areModules,
  {
    path: "package/.npmrc",
    content: "offline=true\naudit=false\nfund=false\npackage-lock=false\nupdate-notifier=false\n",
  },
  { path: `${RUNNER}/package.json`, content: `${JSON.stringify({ name: "@pulumi/pulumi", version: "3.259.0" })}\n` },
  { path: `${RUNNER}/cmd/run-policy-pack/index.js`, content: launcher },
];

const manifests = (name: string, version: string): readonly TarEntry[] => [
  {
    path: "package/PulumiPolicy.yaml",
    content: `runtime:\n  name: nodejs\n  options:\n    packagemanager: npm\nversion: ${version}\n`,
  },
  {
    path: "package/package.json",
    content: `${JSON.stringify({ name, version, private: true, dependencies: { "@pulumi/pulumi": "file:./runner" } })}\n`,
  },
];
