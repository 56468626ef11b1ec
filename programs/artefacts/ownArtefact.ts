import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Blueprint } from "../blueprint.ts";
import { type BlueprintName, catalog } from "../catalog.ts";
import { packFiles } from "./archive.ts";
import { type ArtefactFile, digestOfFiles } from "./artefactFile.ts";
import type { ArtefactManifest } from "./artefactManifest.ts";
import { lockOf, type PackageLock, packageLock } from "./packageLock.ts";
import { traceSources } from "./sources.ts";

/** A blueprint of this checkout as an artefact. */
export interface OwnArtefact {
  readonly digest: string;
  readonly files: readonly ArtefactFile[];
}

const root = new URL("../../", import.meta.url);
const artefacts = new Map<BlueprintName, OwnArtefact>();

/**
 * The blueprint as it stands here: its sources as far as its program reaches, the exact versions of its packages, the schema of its
 * inputs, outputs, notes, runbooks, diagram and example. The same on every machine; made once a process. Throws when the lock file
 * lacks a package.
 */
export function ownArtefact(name: BlueprintName): OwnArtefact {
  const known = artefacts.get(name);
  if (known !== undefined) return known;
  const files = filesOf(catalog.blueprints[name]);
  const artefact = { digest: digestOfFiles(files), files };
  artefacts.set(name, artefact);
  return artefact;
}

export function artefactDigest(name: BlueprintName): string {
  return ownArtefact(name).digest;
}

export function artefactArchive(name: BlueprintName): Buffer {
  return packFiles(ownArtefact(name).files);
}

const ENTRY = "entry.ts";

function filesOf(blueprint: Blueprint): readonly ArtefactFile[] {
  const module = new URL("blueprint.ts", blueprint.folder);
  const frame = new URL("programs/artefacts/programOf.ts", root);
  const { files, packages } = traceSources([module, frame]);
  const lock = lockOf(readLock(), packages);
  const { "": top } = lock.packages;
  return [
    made("blueprint.json", json(manifestOf(blueprint))),
    made(ENTRY, entryOf(blueprint.name, pathOf(module))),
    made("package.json", json({ private: true, type: "module", ...top })),
    made("package-lock.json", json(lock)),
    ...files.map((url) => read(pathOf(url), url)),
    ...notesIn(blueprint.folder).map((path) => read(path, new URL(path, blueprint.folder))),
  ];
}

function manifestOf(blueprint: Blueprint): ArtefactManifest {
  const { name, version, title, description, outputs } = blueprint;
  const inputs = { ...z.toJSONSchema(blueprint.inputs, { io: "input" }), type: "object" as const };
  const example = z.record(z.string(), z.unknown()).parse(blueprint.example);
  const reaches = [...(blueprint.reaches ?? [])];
  return {
    format: 1,
    name,
    version,
    title,
    description,
    program: ENTRY,
    inputs,
    outputs: [...outputs],
    reaches,
    example,
  };
}

function entryOf(name: string, module: string): string {
  return `import * as exported from "./${module}";
import { programOf } from "./programs/artefacts/programOf.ts";

export const { program, checkInputs } = programOf(exported, ${JSON.stringify(name)});
`;
}

function notesIn(folder: URL): readonly string[] {
  const runbooks = readdirSync(new URL("runbooks/", folder)).filter((file) => file.endsWith(".md"));
  return ["notes.md", "diagram.mmd", ...runbooks.map((file) => `runbooks/${file}`)];
}

let lock: PackageLock | undefined;

function readLock(): PackageLock {
  lock ??= packageLock.parse(JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8")));
  return lock;
}

const pathOf = (url: URL): string => url.href.slice(root.href.length);
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
const made = (path: string, text: string): ArtefactFile => ({ path, content: Buffer.from(text) });

/** Line ends are those of no machine. */
function read(path: string, url: URL): ArtefactFile {
  return made(path, readFileSync(url, "utf8").replaceAll("\r\n", "\n"));
}
